"""Connecting, pausing, testing, disconnecting: what people do with connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction

from customers.delivery import connections
from customers.delivery.draining import Drained
from customers.exceptions import InvalidInput
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from tests.delivery.states import ENTRIES, claim_one, edit, linked
from tests.delivery.upstream import ScriptedUpstream, always
from tests.factory import make_customer, make_seller
from tests.parts import wait_for
from tests.services.racing import race

Drain = Callable[[], Drained]
SYSTEM = "my_virtual_office"


@pytest.mark.parametrize("key", ["", "  \n", "with space", "ü" * 20, "a\0b", "a\r\nX-Other: 1", "x" * 5000])
def test_key__that_no_header_can_carry_is_refused(seller: Seller, key: str) -> None:
    with pytest.raises(InvalidInput):
        connections.connect(seller, SYSTEM, key)

    assert not Connection.objects.exists()


@pytest.mark.parametrize("system", ["", "junk", "Yativo"])
def test_system__that_is_not_known_is_refused(seller: Seller, system: str) -> None:
    with pytest.raises(InvalidInput, match=SYSTEM):
        connections.connect(seller, system, "key")


def test_connect__again_replaces_the_key_and_ends_a_pause(seller: Seller, connection: Connection) -> None:
    connections.pause(connection)

    again, is_new = connections.connect(seller, SYSTEM, " new-key\n")

    assert (again.pk, is_new, again.credential, again.pause) == (connection.pk, False, "new-key", "")


@pytest.mark.django_db(transaction=True)
def test_connect__twice_at_once_makes_one() -> None:
    seller = make_seller()

    outcomes = race(*(("connect", str(seller.pk), f"key-{number}") for number in range(6)))

    assert outcomes == ["done"] * 6
    assert Connection.objects.count() == 1


def test_send_everybody__sends_who_is_not_there_and_nobody_twice(seller: Seller, upstream: ScriptedUpstream) -> None:
    others = make_seller("other")
    make_customer(others)
    mine = {make_customer(seller).pk for _number in range(3)}
    deleted = make_customer(seller)
    from tests.delivery.states import delete

    delete(deleted)
    connection, _is_new = connections.connect(seller, SYSTEM, "key")
    there = linked(seller)

    expected = connections.count_not_sent(connection)
    counts = [connections.send_everybody(connection) for _time in range(2)]

    assert (expected, counts) == (3, [3, 0])
    assert set(ENTRIES.filter(state="pending").values_list("customer", flat=True)) == mine
    assert there.pk not in mine


def test_test__knows_a_good_key(connection: Connection, upstream: ScriptedUpstream) -> None:
    upstream.answer = always(404, "Customer not found")

    words = connections.test_connection(connection)

    assert words == "404 Customer not found"
    assert upstream.methods == ["GET"]


@pytest.mark.parametrize(
    ("status", "message"), [(401, "Invalid API key"), (403, "No"), (404, ""), (200, ""), (301, ""), (500, "Oh")]
)
def test_test__says_what_is_wrong(
    connection: Connection, upstream: ScriptedUpstream, status: int, message: str
) -> None:
    upstream.answer = always(status, message)

    with pytest.raises(InvalidInput, match=str(status)):
        connections.test_connection(connection)


def test_test__says_that_nobody_answers(connection: Connection, settings: Any) -> None:
    settings.MY_VIRTUAL_OFFICE_URL = "http://127.0.0.1:9"

    with pytest.raises(InvalidInput, match="did not answer"):
        connections.test_connection(connection)


def test_test__says_that_the_stored_key_cannot_be_read(connection: Connection) -> None:
    Connection.objects.update(encrypted_credential="v1.junk.junk")
    connection.refresh_from_db()

    with pytest.raises(InvalidInput, match="Enter it again"):
        connections.test_connection(connection)


def test_unreadable_key__pauses_and_loses_nothing(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    Connection.objects.update(encrypted_credential="v1.junk.junk")
    make_customer(seller)
    drain()
    paused = Connection.objects.get().pause

    connections.connect(seller, SYSTEM, "readable")
    drain()

    assert paused == "key_refused"
    assert ENTRIES.get().state == "delivered"


def test_disconnect__waits_for_calls_under_way(seller: Seller, connection: Connection) -> None:
    make_customer(seller)
    claim_one()

    with pytest.raises(InvalidInput):
        connections.disconnect(connection)

    assert Connection.objects.get().pause == "by_hand"


def test_disconnect_and_connect_again__sends_what_changed_and_creates_nobody_twice(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    changed, calm = linked(seller), linked(seller)
    waiting = make_customer(seller)
    other = make_seller("other")
    connections.connect(other, SYSTEM, "key")
    make_customer(other)

    lost = connections.disconnect(connection)
    edit(changed, company_name="Meanwhile")
    kept = UpstreamLink.objects.count()
    again, is_new = connections.connect(seller, SYSTEM, "key")
    drain()

    assert (lost, is_new, kept) == (1, True, 2)
    own = [one for one in upstream.requests if one.headers["x-api-key"] == "key" and one.method == "PATCH"]
    assert [one.body for one in own] == [{"company_name": "Meanwhile"}]
    assert not OutboxEntry.objects.filter(customer__in=[waiting, calm], connection=again).exists()
    assert OutboxEntry.objects.filter(seller=other).count() == 1


@pytest.mark.django_db(transaction=True)
def test_disconnect__waits_for_a_write_and_does_not_fail_it() -> None:
    if database.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    seller = make_seller()
    connection, _is_new = connections.connect(seller, SYSTEM, "key")
    written, errors = threading.Event(), []
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def write_slowly() -> None:
        try:
            with transaction.atomic(), database.cursor() as cursor:
                make_customer(seller)
                written.set()
                wait_for(lambda: cursor.execute(waiting).fetchone()[0])
        except Exception as error:
            errors.append(error)
        finally:
            database.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(timeout=30)
    lost = connections.disconnect(connection)
    writer.join(timeout=60)

    assert (lost, errors) == (1, [])
    assert Customer.objects.count() == 1
    assert not OutboxEntry.objects.exists()


def test_pause__keeps_what_waits(seller: Seller, connection: Connection, drain: Drain) -> None:
    connections.pause(connection, "because")
    make_customer(seller)

    drain()

    assert ENTRIES.get().state == EntryState.PENDING
    assert Connection.objects.get().pause_detail == "because"
