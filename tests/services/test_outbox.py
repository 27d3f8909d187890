"""The outbox as the write path fills it: with the change or not at all, one open entry for each customer."""

from __future__ import annotations

import pytest
from django.db import transaction

from customers import services
from customers.delivery.connections import connect
from customers.exceptions import EmailTaken
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller
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
def test_broker_that_is_away__fails_no_write_and_is_asked_once() -> None:
    seller = connected(make_seller())
    script = f"""
from customers.models import Seller
from tests.factory import make_customer
for _number in range(5):
    make_customer(Seller.objects.get(pk={str(seller.pk)!r}))
"""

    done = manage("shell", "-v0", "-c", script, CELERY_BROKER_URL="redis://127.0.0.1:9/0")

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("The message broker could not be reached") == 1
    assert OutboxEntry.objects.count() == 5
