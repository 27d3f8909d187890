"""What the admin's tests of deliveries share: states of deliveries, made without an upstream."""

from __future__ import annotations

from typing import Any

from customers.delivery.connections import connect
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now


def connected(seller: Seller) -> Connection:
    return connect(seller, "my_virtual_office", "sk_live_of_the_upstream")[0]


def delivered(customer: Customer, **acknowledged: Any) -> UpstreamLink:
    """Let the upstream have the customer as it is, but for `acknowledged`."""
    from customers.systems.my_virtual_office.client import render

    now = database_now()
    OutboxEntry.objects.filter(customer=customer).update(state=EntryState.DELIVERED, delivered_at=now)
    return UpstreamLink.objects.create(
        seller_id=customer.seller_id,
        customer=customer,
        system="my_virtual_office",
        upstream_id=f"up-{customer.version}-{customer.email.partition('@')[0]}",
        acknowledged={**render(customer), **acknowledged},
        acknowledged_at=now,
        created_at=now,
    )


def blocked(customer: Customer, why: str = "rejected", words: str = "400 body/email must match format") -> OutboxEntry:
    entries = OutboxEntry.objects.filter(customer=customer)
    entries.update(state=EntryState.BLOCKED, blocked_why=why, last_error=words, last_error_at=database_now())
    return entries.get()
