"""Connections that rest, and what goes on meanwhile: outages, refused keys, full plans, other sellers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from customers.delivery import connections
from customers.delivery.claims import claim, work_is_due
from customers.delivery.draining import Drained
from customers.delivery.restore import refuse_if_restored
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Connection, Seller
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, claim_one, edit, entry_of, linked, make_due, make_many
from tests.delivery.upstream import ScriptedUpstream, always, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]


def states() -> Counter[str]:
    return Counter(ENTRIES.values_list("state", flat=True))


def test_outage__costs_few_calls_and_blocks_nothing(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(503)
    make_many(connection, 1000)
    for _probe in range(20):
        drain()
        make_due()
    calls, blocked = len(upstream.requests), states()["blocked"]
    during = Connection.objects.get()
    upstream.answer = friendly
    make_due()

    while work_is_due():
        drain()

    # Five strikes, what was claimed by then, and one call for each time of asking.
    assert calls <= 5 + 12 + 20
    assert blocked == 0
    assert during.pause == "unavailable"
    assert states() == {"delivered": 1000}
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


def test_probe__ends_the_pause_and_everything_goes_on(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(503)
    make_many(connection, 30)
    drain()
    resting = Connection.objects.get()
    upstream.answer = friendly
    past = database_now() - timedelta(seconds=1)
    Connection.objects.update(paused_until=past, next_call_at=past)

    drain()

    after = Connection.objects.get()
    assert (resting.pause, resting.strikes >= 5) == ("unavailable", True)
    assert (after.pause, after.strikes, after.pause_count, after.paused_until) == ("", 0, 0, None)
    assert after.paused_total > timedelta()
    # Those that had failed do not wait for their own time: the upstream is back.
    assert states() == {"delivered": 30}


def test_four_failures__do_not_open_the_breaker(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(500)
    found = []
    for _time in range(5):
        make_customer(seller)
        drain()
        found.append(Connection.objects.get().pause)

    assert found == ["", "", "", "", "unavailable"]


def test_pause_by_hand__outlives_the_call_that_was_under_way(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(401)
    make_customer(seller)
    drain()
    make_due()
    probe = claim_one()
    connections.pause(connection, "moving house")
    upstream.answer = friendly

    settle([Sender().send(probe)])

    paused = Connection.objects.get()
    assert probe.probes
    assert states() == {"delivered": 1}
    assert (paused.pause, paused.pause_detail, paused.paused_until) == ("by_hand", "moving house", None)


def test_full_plan__told_to_several_at_once_counts_once(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    upstream.answer = always(403, "Customer limit reached")
    make_many(connection, 4)
    refuse_if_restored()
    under_way = claim(4, busy={}, slots=4).calls

    settle([Sender().send(one) for one in under_way])

    state = Connection.objects.get()
    assert len(upstream.requests) == 4
    assert (state.creates_pause_count, state.creates_pause_detail) == (1, "403 Customer limit reached")
    assert states() == {"pending": 4}
