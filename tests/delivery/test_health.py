"""Connections that rest, and what goes on meanwhile: outages, refused keys, full plans, other sellers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.delivery import connections
from customers.delivery.claims import claim, work_is_due
from customers.delivery.draining import Drained
from customers.delivery.restore import refuse_if_restored
from customers.models import Connection, OutboxEntry, Seller
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, edit, entry_of, linked, make_due
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer, make_seller

Drain = Callable[[], Drained]


def states() -> Counter[str]:
    return Counter(ENTRIES.values_list("state", flat=True))


def test_outage__costs_few_calls_and_blocks_nothing(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(503)
    for _number in range(200):
        make_customer(seller)
    for _probe in range(20):
        drain()
        make_due()
    calls = len(upstream.requests)
    during = Connection.objects.get()
    upstream.answer = friendly
    make_due()

    while work_is_due():
        drain()

    # Five strikes, what was claimed by then, and one call for each time of asking.
    assert calls <= 5 + 12 + 20
    assert during.pause == "unavailable"
    assert states() == {"delivered": 200}
    assert Connection.objects.get().pause == ""


def test_breaker__rests_longer_each_time_and_a_probe_is_one_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(500)
    for _number in range(30):
        make_customer(seller)
    lengths = []
    for _time in range(4):
        make_due()
        drain()
        state = Connection.objects.get()
        assert state.paused_until is not None
        lengths.append((state.paused_until - database_now()).total_seconds())
        upstream.requests.clear()
        make_due()
        refuse_if_restored()
    probe = claim(10, busy={}, slots=10)

    assert len(probe.calls) == 1
    assert lengths[0] < 40
    assert lengths[3] > 150


def test_refused_key__pauses_this_connection_alone(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    other = make_seller("other")
    connections.connect(other, "my_virtual_office", "sk_live_good")

    revoked = always(401, "API key has been revoked")

    def by_key(request: Request) -> Answer:
        return (revoked if request.headers["x-api-key"] == "sk_live_upstream" else friendly)(request)

    upstream.answer = by_key
    for one in (seller, other):
        for _number in range(6):
            make_customer(one)

    drain()

    paused = Connection.objects.get(seller=seller)
    assert (paused.pause, paused.pause_detail) == ("key_refused", "401 API key has been revoked")
    assert paused.paused_until is not None
    assert paused.paused_until - database_now() > timedelta(minutes=10)
    assert Counter(ENTRIES.filter(seller=other).values_list("state", flat=True)) == {"delivered": 6}
    assert Counter(ENTRIES.filter(seller=seller).values_list("state", flat=True)) == {"pending": 6}
    # Those that were under way at once; none after the answer was known.
    assert sum(one.headers["x-api-key"] == "sk_live_upstream" for one in upstream.requests) <= 4


def test_new_key__goes_on_at_once(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(401)
    make_customer(seller)
    drain()
    upstream.answer = friendly

    connections.connect(seller, "my_virtual_office", "sk_live_new")
    drain()

    assert states() == {"delivered": 1}
    assert upstream.requests[-1].headers["x-api-key"] == "sk_live_new"


def test_full_plan__lets_new_customers_wait_and_changes_go_on(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    changed = [linked(seller) for _number in range(20)]
    new = [make_customer(seller) for _number in range(5)]
    for customer in changed:
        edit(customer, company_name="New")
    full = always(403, "Customer limit reached")
    upstream.answer = lambda request: full(request) if request.method == "POST" else friendly(request)

    drain()
    asked = upstream.methods.count("POST")
    upstream.answer = friendly
    connections.resume(connection)
    drained = [entry_of(one).state for one in changed], [entry_of(one).waiting_for for one in new]
    drain()

    assert drained[0] == ["delivered"] * 20
    assert asked <= 5
    assert states()["delivered"] == 20 + 20 + 5


def test_full_plan__is_asked_by_one_call_at_a_time(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(403, "Customer limit reached")
    for _number in range(10):
        make_customer(seller)
    drain()
    upstream.requests.clear()
    make_due()

    drain()

    assert len(upstream.requests) == 1
    until = Connection.objects.get().creates_paused_until
    assert until is not None
    assert until - database_now() > timedelta(minutes=3)
    assert ENTRIES.filter(waiting_for="plan", not_before__gt=database_now()).count() == 10


def test_pause_by_hand__makes_no_call_until_it_is_over(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    connections.pause(connection)
    make_customer(seller)
    make_due()
    drain()
    calls = len(upstream.requests)

    connections.resume(connection)
    drain()

    assert calls == 0
    assert states() == {"delivered": 1}


def test_success__is_kept_apart_from_the_last_error(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(422, "no")
    make_customer(seller)
    drain()
    upstream.answer = friendly
    make_customer(seller)
    drain()

    state = Connection.objects.get()
    assert state.last_error == "422 no"
    assert state.last_error_at is not None
    assert state.last_success_at is not None


def test_sellers__take_turns(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    for _number in range(50):
        make_customer(seller)
    others = [make_seller(f"other{number}") for number in range(3)]
    for other in others:
        connections.connect(other, "my_virtual_office", "sk_live_other")
        make_customer(other)
    refuse_if_restored()

    claims = claim(8, busy={}, slots=8)

    shares = Counter(one.entry.seller_id for one in claims.calls)
    assert all(shares[other.pk] == 1 for other in others)
    assert 1 <= shares[seller.pk] <= 5


def test_rate_limit__spreads_the_calls(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: Any
) -> None:
    settings.MY_VIRTUAL_OFFICE_RATE_LIMIT = 60
    for _number in range(10):
        make_customer(seller)

    drain()

    assert len(upstream.requests) == 1
    assert Connection.objects.get().next_call_at - database_now() > timedelta(milliseconds=100)


def test_weekend_without_the_upstream__gives_nothing_up(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: Any
) -> None:
    upstream.answer = always(500)
    for _number in range(6):
        make_customer(seller)
    drain()
    make_due()
    drain()
    # Seventy-five hours of it.
    long_ago = database_now() - timedelta(hours=75)
    ENTRIES.exclude(failing_since=None).update(failing_since=long_ago)
    Connection.objects.update(paused_since=long_ago)
    upstream.answer = friendly
    make_due()

    while work_is_due():
        drain()
        make_due()

    assert states() == {"delivered": 6}


def test_failing_for_days__while_the_upstream_is_there_is_given_up(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(500)
    customer = make_customer(seller)
    drain()
    OutboxEntry.objects.update(failing_since=database_now() - timedelta(hours=73))
    make_due()

    drain()

    assert (entry_of(customer).state, entry_of(customer).blocked_why) == ("blocked", "exhausted")


def test_nonsense__three_times_is_blocked(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: (200, b"<html>", {})
    customer = linked(seller)
    edit(customer, company_name="New")
    for _time in range(3):
        drain()
        make_due()

    assert (entry_of(customer).state, entry_of(customer).blocked_why) == ("blocked", "not_understood")


@pytest.mark.parametrize(
    ("tries", "counts", "seconds"),
    [
        (1, True, 5),
        (2, True, 30),
        (6, True, 3600),
        (10, True, 43200),
        (99, True, 43200),
        (3, False, 120),
        (99, False, 120),
    ],
)
def test_delays__grow_and_vary_by_a_fifth(tries: int, counts: bool, seconds: float) -> None:
    from customers.delivery.retry import retry_delay

    delays = [retry_delay(tries, counts=counts).total_seconds() / seconds for _time in range(50)]

    assert all(0.79 <= delay <= 1.21 for delay in delays)
    assert max(delays) - min(delays) > 0.05
