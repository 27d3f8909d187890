"""Two instances, the first pushing to the second: whatever happens to either, both end up equal."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection

from customers import services
from customers.delivery import acting, connections
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller
from tests.delivery.states import delete, edit, entry_of
from tests.factory import make_actor, make_api_key, make_customer, make_seller
from tests.instances.second import Second
from tests.parts import ROOT, Site, environment, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = (
    *("first_name", "last_name", "email", "company_name", "legal_entity", "status"),
    *("address_data", "postal_redirect_address"),
)
Delivery = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    folder = tmp_path / "second"
    folder.mkdir()
    with Second(folder) as running:
        yield running


@pytest.fixture
def seller(second: Second, settings: Any) -> Seller:
    settings.CREDENTIAL_KEYS = ["of both"]
    settings.MY_VIRTUAL_OFFICE_URL = second.url
    seller = make_seller()
    connections.connect(seller, "my_virtual_office", second.key)
    return seller


LOOP = [sys.executable, "manage.py", "deliver_outbox", "--watch"]
CELERY = [sys.executable, "-m", "celery", "-A", "crm", "worker", "--beat", "--concurrency", "1", "--loglevel", "ERROR"]


@pytest.fixture
def delivery(request: Any, second: Second, tmp_path: Path) -> Delivery:
    """Deliver while the block runs: on SQLite by the embedded loop, on PostgreSQL by Celery."""
    times = {"DELIVERY_RETRY_DELAYS": "0.2", "DELIVERY_BREAKER_PAUSE": "0.2", "DELIVERY_AMBIGUOUS_WAIT": "1"}
    short = {"DELIVERY_DEADLINE": "2", "DELIVERY_LEASE": "4"}
    fixed = {"CREDENTIAL_KEYS": "of both", "DATA_DIR": str(tmp_path), "MY_VIRTUAL_OFFICE_URL": second.url}
    command = LOOP
    if connection.vendor != "sqlite":
        command = CELERY
        fixed["CELERY_BROKER_URL"] = request.getfixturevalue("redis_url")

    @contextlib.contextmanager
    def running() -> Iterator[None]:
        variables = environment(**fixed, **times, **short)
        with subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL) as process:
            try:
                yield
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)

    return running


def wait_until_delivered() -> None:
    ends = time.monotonic() + 90
    while OutboxEntry.objects.exclude(state=EntryState.DELIVERED).exists():
        assert time.monotonic() < ends, list(OutboxEntry.objects.exclude(state="delivered").values())
        time.sleep(0.1)


def assert_equal(second: Second, key: str = "") -> None:
    """Compare every customer with what the second's own API shows."""
    there = second.customers(key)
    assert len(there) == Customer.objects.count()
    for customer in Customer.objects.all():
        expected = {name: getattr(customer, name) for name in MEMBERS}
        expected["language"] = customer.language if customer.language in ("de", "en") else "en"
        expected["status"] = "inactive" if customer.deleted_at else customer.status
        shown = there[customer.email]
        assert {name: shown[name] or None for name in expected} == {name: one or None for name, one in expected.items()}


def test_everything_that_happens__arrives_once(seller: Seller, second: Second, delivery: Delivery) -> None:
    address = {"street": "Königstraße 7", "postal_code": "70173", "city": "Stuttgart", "country": "Germany"}
    with delivery():
        plain = make_customer(seller)
        unusual = make_customer(
            seller, first_name="Zoë", last_name="Größle-🏢", company_name="„Ü“ & <Co>", address_data=address
        )
        french, gone = make_customer(seller, language="fr"), make_customer(seller, legal_entity="GmbH")
        wait_until_delivered()
        edit(plain, company_name="Plain Ltd", postal_redirect_address=address)
        edit(unusual, company_name=None, address_data=None)
        edit(french, status="suspended", language="da")
        wait_until_delivered()
        delete(gone)
        edit(plain, company_name=None)
        wait_until_delivered()
        services.restore_customer(gone, actor=make_actor())
        delete(unusual)
        wait_until_delivered()

    assert_equal(second)
    assert Counter(action for action, _request_id in second.history())["created"] == 4


def test_changes_while_nobody_delivers__go_out_as_one(seller: Seller, second: Second, delivery: Delivery) -> None:
    with delivery():
        customers = [make_customer(seller) for _number in range(5)]
        wait_until_delivered()
    for number in range(4):
        for customer in customers:
            edit(customer, company_name=f"v{number}")

    with delivery():
        wait_until_delivered()

    assert_equal(second)
    assert Counter(action for action, _request_id in second.history()) == {"created": 5, "updated": 5}


def test_change_through_the_api__carries_its_request_id(seller: Seller, second: Second, delivery: Delivery) -> None:
    _key, plain = make_api_key(seller)
    body = {"first_name": "Ada", "last_name": "L", "email": "ada@example.com"}
    with Site() as first, delivery():
        headers = {"X-API-Key": plain, "X-Request-Id": "shop-4711"}
        answer = requests.post(f"{first.url}/api/customers", json=body, headers=headers, timeout=30)
        wait_until_delivered()

    assert answer.status_code == 201
    assert second.history() == [["created", "shop-4711"]]
    assert_equal(second)


def test_second_that_is_away_and_killed__misses_nothing(seller: Seller, second: Second, delivery: Delivery) -> None:
    second.kill()
    with delivery():
        for _number in range(20):
            make_customer(seller)
        time.sleep(1)
        second.start()
        wait_for(lambda: OutboxEntry.objects.filter(state=EntryState.DELIVERED).count() >= 10)
        second.kill()
        for customer in Customer.objects.all():
            edit(customer, company_name="Edited")
        second.start()
        wait_for_links(second)

    assert_equal(second)


def wait_for_links(second: Second) -> None:
    """Wait until all is delivered; link, as staff would, whose create was answered to a dead line."""
    ends = time.monotonic() + 90
    while OutboxEntry.objects.exclude(state=EntryState.DELIVERED).exists():
        assert time.monotonic() < ends, list(OutboxEntry.objects.exclude(state="delivered").values())
        for entry in OutboxEntry.objects.filter(state=EntryState.BLOCKED).select_related("customer"):
            there = second.customers()[entry.customer.email]
            acting.link(entry.customer, Connection.objects.get(), there["id"])
        time.sleep(0.2)


def test_revoked_key__pauses_and_a_new_one_goes_on(seller: Seller, second: Second, delivery: Delivery) -> None:
    with delivery():
        first = make_customer(seller)
        wait_until_delivered()
        second.manage("revoke_api_key", second.key[:16])
        edit(first, company_name="New")
        make_customer(seller)
        wait_for(lambda: Connection.objects.get().pause)
        pause = Connection.objects.values_list("pause", "pause_detail").get()
        key = second.new_key()
        connections.connect(seller, "my_virtual_office", key)
        wait_until_delivered()

    assert pause == ("key_refused", "401 API key has been revoked")
    assert_equal(second, key)


def test_full_plan__holds_new_customers_until_there_is_room(seller: Seller, second: Second, delivery: Delivery) -> None:
    with delivery():
        first = make_customer(seller)
        wait_until_delivered()
        second.set_limit("1")
        new = make_customer(seller)
        edit(first, company_name="Goes on")
        wait_for(lambda: entry_of(new).waiting_for == "plan" and entry_of(first).state == EntryState.DELIVERED)
        waiting = entry_of(new)
        second.set_limit("None")
        connections.resume(Connection.objects.get())
        wait_until_delivered()

    assert (waiting.waiting_for, waiting.state) == ("plan", "pending")
    assert "1" in waiting.last_error
    assert_equal(second)


def test_who_is_there_already__is_linked_by_staff(seller: Seller, second: Second, delivery: Delivery) -> None:
    there = second.post(first_name="J", last_name="Doe", email="JOHN@example.com")
    with delivery():
        customer = make_customer(seller, email="john@example.com")
        wait_for(lambda: entry_of(customer).state == EntryState.BLOCKED)
        why = entry_of(customer).blocked_why
        acting.link(customer, Connection.objects.get(), there["id"])
        wait_until_delivered()

    assert why == "email_taken"
    assert_equal(second)
