"""Whose turn it is: sellers one after the other, within limits, and nobody waits for somebody else's trouble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from customers.delivery import connections
from customers.delivery.claims import claim, work_is_due
from customers.delivery.draining import Drained
from customers.delivery.restore import refuse_if_restored
from customers.models import Connection, Seller
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, entry_of, make_many
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer, make_seller

Drain = Callable[[], Drained]


def connected(slug: str, waiting: int) -> Connection:
    connection, _is_new = connections.connect(make_seller(slug), "my_virtual_office", f"sk_live_{slug}")
    make_many(connection, waiting)
    return connection


def shares(free: int, slots: int, busy: dict[UUID, int] | None = None) -> Counter[UUID]:
    """Claim, and return how many calls of each connection were."""
    refuse_if_restored()
    return Counter(one.connection.pk for one in claim(free, busy=busy or {}, slots=slots).calls)


def test_sellers__take_turns(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)
    others = [connected(f"other{number}", 1) for number in range(3)]

    found = shares(8, 8)

    assert all(found[other.pk] == 1 for other in others)
    assert 1 <= found[connection.pk] <= 5


def test_who_waited_longest__is_served_next(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)
    others = [connected(f"other{number}", 50) for number in range(2)]

    served = [set(shares(1, 3)) for _time in range(6)]

    everybody = {connection.pk, *(other.pk for other in others)}
    assert set.union(*served[:3]) == set.union(*served[3:]) == everybody


def test_only_connection__may_take_every_thread(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)

    assert shares(16, 16) == {connection.pk: 16}


def test_threads__are_kept_for_others_that_may_come(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)
    connected("other", 0)

    assert shares(16, 16) == {connection.pk: 12}


def test_calls_under_way__are_part_of_the_share(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)
    connected("other", 0)

    assert shares(16, 16, {connection.pk: 10}) == {connection.pk: 2}
    assert shares(16, 16, {connection.pk: 12}) == {}


def test_connection_that_failed__gets_a_quarter_of_the_threads(seller: Seller, connection: Connection) -> None:
    make_many(connection, 50)
    Connection.objects.update(strikes=1)

    assert shares(16, 16) == {connection.pk: 4}


@pytest.mark.parametrize(("limit", "at_once"), [(30, 1), (60, 1), (600, 10)])
def test_rate_limit__spreads_the_calls(
    limit: int, at_once: int, seller: Seller, connection: Connection, settings: Any
) -> None:
    settings.MY_VIRTUAL_OFFICE_RATE_LIMIT = limit
    make_many(connection, 50)
    before = database_now()

    claimed = [shares(16, 16), shares(16, 16)]

    pace = timedelta(seconds=60 / limit * at_once)
    assert claimed[0] == {connection.pk: at_once}
    assert before + pace <= Connection.objects.get().next_call_at
    # Once more only on a machine that took that long.
    assert claimed[1] == {} or database_now() - before >= pace


@pytest.mark.parametrize(
    "state",
    [
        {"pause": "by_hand"},
        {"pause": "key_refused", "paused_until": timedelta(minutes=10)},
        {"pushes": False},
        {"next_call_at": timedelta(minutes=10)},
    ],
)
def test_connection_that_may_not_call__is_left_alone(
    state: dict[str, Any], seller: Seller, connection: Connection
) -> None:
    make_many(connection, 3)
    now = database_now()
    moved = {name: now + value if isinstance(value, timedelta) else value for name, value in state.items()}
    Connection.objects.update(**moved)

    found = work_is_due(), shares(16, 16)

    assert found == (False, {})
    assert set(ENTRIES.values_list("state", flat=True)) == {"pending"}


def test_pause_that_is_over__is_asked_about_with_one_call(seller: Seller, connection: Connection) -> None:
    make_many(connection, 5)
    Connection.objects.update(pause="key_refused", paused_until=database_now() - timedelta(seconds=1))

    found = work_is_due(), shares(16, 16), shares(16, 16)

    assert found == (True, {connection.pk: 1}, {})


def test_blocked_customer__keeps_nobody_waiting(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    wrong = always(400, "body/email is wrong")

    def choosy(request: Request) -> Answer:
        return (wrong if request.body["email"] == "wrong@example.com" else friendly)(request)

    upstream.answer = choosy
    poison = make_customer(seller, email="wrong@example.com")
    others = [make_customer(seller) for _number in range(20)]

    drain()

    assert entry_of(poison).blocked_why == "rejected"
    assert {entry_of(other).state for other in others} == {"delivered"}
    assert Connection.objects.get().strikes == 0
