"""The outbox as the write path fills it: with the change or not at all, one open entry for each customer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from customers import services
from customers.delivery.connections import connect
from customers.exceptions import EmailTaken
from customers.models import Blocked, Connection, Customer, EntryState, OutboxEntry, Seller
from tests.factory import make_actor, make_customer, make_seller
from tests.parts import manage
from tests.services.racing import race


def connected(seller: Seller) -> Seller:
    connect(seller, "my_virtual_office", "sk_live_upstream")
    return seller


@pytest.fixture
def seller(db: None) -> Seller:
    return connected(make_seller())


def test_change__opens_an_entry_with_its_version_and_request(seller: Seller) -> None:
    customer = make_customer(seller, actor=make_actor(request_id="shop-1"))

    entry = OutboxEntry.objects.get()

    assert (entry.customer, entry.seller, entry.system) == (customer, seller, "my_virtual_office")
    assert (entry.state, entry.version, entry.request_id) == ("pending", 1, "shop-1")


def test_changes__are_folded_into_the_open_entry(seller: Seller) -> None:
    customer = make_customer(seller)
    services.update_customer(customer, actor=make_actor(request_id="shop-2"), company_name="New")
    services.delete_customer(customer, actor=make_actor())
    services.restore_customer(customer, actor=make_actor(request_id="shop-4"))

    entry = OutboxEntry.objects.get()

    assert (entry.version, entry.request_id) == (4, "shop-4")


def test_delivered_entry__is_followed_by_another(seller: Seller) -> None:
    customer = make_customer(seller)
    OutboxEntry.objects.update(state=EntryState.DELIVERED)

    services.update_customer(customer, actor=make_actor(), company_name="New")

    assert sorted(OutboxEntry.objects.values_list("state", "version")) == [("delivered", 1), ("pending", 2)]


def test_nothing_changed__opens_nothing(seller: Seller) -> None:
    customer = make_customer(seller)
    OutboxEntry.objects.all().delete()

    services.update_customer(customer, actor=make_actor(), first_name=customer.first_name)

    assert not OutboxEntry.objects.exists()


def test_seller_without_a_connection__has_no_entries(db: None) -> None:
    customer = make_customer(make_seller())
    services.update_customer(customer, actor=make_actor(), company_name="New")

    assert not OutboxEntry.objects.exists()


def test_other_sellers_connection__is_not_mine(seller: Seller) -> None:
    make_customer(make_seller("other"))

    assert not OutboxEntry.objects.exists()


def test_connection__that_only_reads_gets_nothing(seller: Seller) -> None:
    Connection.objects.update(pushes=False)
    make_customer(seller)

    assert not OutboxEntry.objects.exists()


def test_change_from_the_system__is_not_sent_back(seller: Seller) -> None:
    customer = make_customer(seller, actor=make_actor(system="my_virtual_office"))
    services.update_customer(customer, actor=make_actor(system="my_virtual_office"), company_name="Theirs")

    assert not OutboxEntry.objects.exists()


def test_refused_change__leaves_no_entry(seller: Seller) -> None:
    make_customer(seller, email="taken@example.com")
    OutboxEntry.objects.all().delete()

    with pytest.raises(EmailTaken):
        make_customer(seller, email="TAKEN@example.com")

    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rolled_back_change__leaves_neither() -> None:
    seller = connected(make_seller())

    with transaction.atomic():
        make_customer(seller)
        transaction.set_rollback(True)

    assert not Customer.objects.exists()
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_race_of_edits__leaves_one_entry_that_covers_all() -> None:
    customer = make_customer(connected(make_seller()))
    OutboxEntry.objects.update(state=EntryState.DELIVERED)
    fields = ("first_name", "last_name", "company_name", "legal_entity", "notes", "customer_number")

    outcomes = race(*(("update", str(customer.pk), field, f"new {field}") for field in fields))

    customer.refresh_from_db()
    assert outcomes == ["done"] * len(fields)
    assert OutboxEntry.objects.get(state=EntryState.PENDING).version == customer.version == 1 + len(fields)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["redis://127.0.0.1:9/0", "amqp://guest:guest@127.0.0.1:9//", "nonsense://"])
def test_broker_that_is_away__fails_no_write_and_is_asked_once(broker: str) -> None:
    seller = connected(make_seller())
    script = f"""
from customers.models import Seller
from tests.factory import make_customer
for _number in range(5):
    make_customer(Seller.objects.get(pk={str(seller.pk)!r}))
"""

    done = manage("shell", "-v0", "-c", script, CELERY_BROKER_URL=broker)

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("The message broker could not be reached") == 1
    assert OutboxEntry.objects.count() == 5


@pytest.mark.parametrize("reason", Blocked.values)
def test_edit_of_a_blocked_customer__tries_again_with_nothing_held_against_it(seller: Seller, reason: str) -> None:
    customer = make_customer(seller)
    past = OutboxEntry.objects.get().waiting_since
    failed = {"tries": 4, "starts": 2, "misunderstood": 1, "failing_since": past, "paused_before": timedelta(hours=1)}
    OutboxEntry.objects.update(state="blocked", blocked_why=reason, ambiguous=True, safe_after=past, **failed)

    services.update_customer(customer, actor=make_actor(), company_name="New")

    entry = OutboxEntry.objects.get()
    # A create that may have been applied is a person's to link, whatever is edited.
    again = reason != Blocked.LINK_NEEDED
    assert (entry.state, entry.blocked_why) == (("pending", "") if again else ("blocked", reason))
    assert {name: getattr(entry, name) for name in failed} == (
        {**dict.fromkeys(("tries", "starts", "misunderstood"), 0), "failing_since": None, "paused_before": None}
        if again
        else failed
    )
    assert (entry.version, entry.ambiguous, entry.safe_after, entry.waiting_since) == (2, True, past, past)


def test_edit_while_it_is_sent__changes_the_version_alone(seller: Seller) -> None:
    customer = make_customer(seller)
    now = OutboxEntry.objects.get().waiting_since
    sending = {"state": "sending", "lease": uuid4(), "lease_until": now, "starts": 1, "sent_version": 1}
    OutboxEntry.objects.update(**sending)

    services.update_customer(customer, actor=make_actor(), company_name="New")

    entry = OutboxEntry.objects.get()
    assert entry.version == 2
    assert {name: getattr(entry, name) for name in sending} == sending


def test_edit_while_it_waits__does_not_send_it_earlier(seller: Seller) -> None:
    customer = make_customer(seller)
    later = OutboxEntry.objects.get().not_before + timedelta(hours=1)
    OutboxEntry.objects.update(not_before=later, tries=3, ambiguous=True, waiting_for="ambiguous")

    services.update_customer(customer, actor=make_actor(), company_name="New")

    entry = OutboxEntry.objects.get()
    assert (entry.not_before, entry.tries, entry.ambiguous, entry.waiting_for) == (later, 3, True, "ambiguous")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["update", "delete", "restore"])
def test_rolled_back_edit__leaves_the_entry_as_it_was(change: str) -> None:
    customer = make_customer(connected(make_seller()))
    if change == "restore":
        services.delete_customer(customer, actor=make_actor())
    before = OutboxEntry.objects.values().get(), Customer.objects.values().get()
    work = {
        "update": lambda: services.update_customer(customer, actor=make_actor(), company_name="New"),
        "delete": lambda: services.delete_customer(customer, actor=make_actor()),
        "restore": lambda: services.restore_customer(customer, actor=make_actor()),
    }

    with transaction.atomic():
        work[change]()
        transaction.set_rollback(True)

    assert (OutboxEntry.objects.values().get(), Customer.objects.values().get()) == before


@pytest.mark.django_db(transaction=True)
def test_race_of_edits_while_one_is_sent__leaves_the_claim_alone() -> None:
    customer = make_customer(connected(make_seller()))
    lease, until = uuid4(), OutboxEntry.objects.get().waiting_since
    OutboxEntry.objects.update(state=EntryState.SENDING, lease=lease, lease_until=until, sent_version=1)
    fields = ("first_name", "last_name", "company_name")

    outcomes = race(*(("update", str(customer.pk), field, f"new {field}") for field in fields))

    entry = OutboxEntry.objects.get()
    assert outcomes == ["done"] * len(fields)
    assert (entry.state, entry.lease, entry.version, entry.sent_version) == ("sending", lease, 4, 1)


@pytest.mark.django_db(transaction=True)
def test_workers__are_woken_after_the_commit_and_not_at_all_without_one() -> None:
    seller = connected(make_seller())
    script = f"""
from crm.celery import app
from customers.models import Seller
from django.db import transaction
from tests.factory import make_customer
seller = Seller.objects.get(pk={str(seller.pk)!r})
waiting = lambda: app.connection_for_write().default_channel._size("frontdesk")
with transaction.atomic():
    make_customer(seller)
    print(waiting())
print(waiting())
with transaction.atomic():
    make_customer(seller)
    transaction.set_rollback(True)
print(waiting())
"""

    done = manage("shell", "-v0", "-c", script, CELERY_BROKER_URL="memory://")

    assert done.stdout.split() == ["0", "1", "1"], done.stderr
