"""States of deliveries that tests begin with or wait for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from customers import services
from customers.delivery import restore
from customers.delivery.claims import claim, release_expired
from customers.delivery.connections import send_everybody
from customers.delivery.plan import Claim
from customers.models import Attempt, Connection, Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now
from customers.systems.my_virtual_office import client
from tests.factory import make_actor, make_customer, unsaved_customer

ENTRIES = OutboxEntry.objects


def edit(customer: Customer, **changes: Any) -> Customer:
    return services.update_customer(customer, actor=make_actor(), **changes)


def delete(customer: Customer) -> Customer:
    return services.delete_customer(customer, actor=make_actor())


def entry_of(customer: Customer) -> OutboxEntry:
    """Return the customer's newest entry."""
    return ENTRIES.filter(customer=customer).latest("id")


def claim_one() -> Claim:
    """Claim the one call that is due."""
    restore.refuse_if_restored()
    (claimed,) = claim(1, busy={}, slots=1).calls
    return claimed


def expire_leases() -> None:
    """Let the leases of all claims be over, and take the entries back."""
    ENTRIES.filter(state=EntryState.SENDING).update(lease_until=database_now() - timedelta(seconds=1))
    release_expired()


def linked(seller: Seller, **fields: Any) -> Customer:
    """Make a customer whom the upstream has as it is."""
    customer = make_customer(seller, **fields)
    now = database_now()
    ENTRIES.filter(customer=customer).update(state=EntryState.DELIVERED, delivered_at=now)
    UpstreamLink.objects.create(
        seller=seller,
        customer=customer,
        system="my_virtual_office",
        upstream_id=f"linked-{customer.pk}",
        acknowledged=client.render(customer),
        acknowledged_at=now,
        created_at=now,
    )
    return customer


def leave_unclear(customer: Customer) -> OutboxEntry:
    """Let an earlier call for the customer's open entry be one whose answer was lost, long enough ago."""
    entry = entry_of(customer)
    link = UpstreamLink.objects.filter(customer=customer).first()
    state = client.render(customer)
    Attempt.objects.create(
        entry=entry,
        method="PATCH" if link else "POST",
        path="/api/customers",
        body={"company_name": customer.company_name} if link else client.create_body(state),
        idempotency_key="550e8400-e29b-41d4-a716-446655440000",
        started_at=database_now() - timedelta(minutes=5),
    )
    past = database_now() - timedelta(minutes=1)
    ENTRIES.filter(pk=entry.pk).update(ambiguous=True, safe_after=past)
    return entry


def make_due() -> None:
    """Let time pass until everything that waits may be tried."""
    past = database_now() - timedelta(seconds=1)
    ENTRIES.update(not_before=past)
    ENTRIES.exclude(safe_after=None).update(safe_after=past)
    Connection.objects.update(next_call_at=past)
    Connection.objects.exclude(paused_until=None).update(paused_until=past)
    Connection.objects.exclude(creates_paused_until=None).update(creates_paused_until=past)


def make_many(connection: Connection, count: int) -> None:
    """Make customers at once, each with a change that waits."""
    now = database_now()
    customers = [unsaved_customer(connection.seller, created_at=now, updated_at=now) for _number in range(count)]
    for customer in customers:
        customer.derive()
    Customer.objects.bulk_create(customers)
    send_everybody(connection)
