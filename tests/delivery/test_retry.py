"""When a change that did not go through is tried again, and when that ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from customers.delivery.claims import work_is_due
from customers.delivery.draining import Drained
from customers.delivery.retry import pause_length, plan_pause, retry_delay
from customers.models import Connection, OutboxEntry, Pause, Seller
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, edit, entry_of, linked, make_due
from tests.delivery.upstream import ScriptedUpstream, always, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]
DELAYS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800, 43200, 43200, 43200)


def vary_by_a_fifth(draw: Callable[[], timedelta], seconds: float) -> bool:
    shares = [draw().total_seconds() / seconds for _time in range(100)]
    return min(shares) >= 0.8 and max(shares) <= 1.2 and max(shares) - min(shares) > 0.05


@pytest.mark.parametrize(("tries", "seconds"), list(enumerate(DELAYS, start=1)))
def test_delays__grow_up_to_half_a_day(tries: int, seconds: float) -> None:
    assert vary_by_a_fifth(lambda: retry_delay(tries, counts=True), seconds)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 30), (3, 120), (4, 120), (99, 120)])
def test_delays__stay_short_while_the_upstream_is_away(tries: int, seconds: float) -> None:
    assert vary_by_a_fifth(lambda: retry_delay(tries, counts=False), seconds)


@pytest.mark.parametrize(
    ("count", "seconds"), [(0, 30), (1, 60), (2, 120), (3, 240), (4, 480), (5, 600), (6, 600), (10_000, 600)]
)
def test_breaker__rests_up_to_ten_minutes(count: int, seconds: float) -> None:
    assert vary_by_a_fifth(lambda: pause_length(Pause.UNAVAILABLE, count), seconds)


@pytest.mark.parametrize("why", [Pause.KEY_REFUSED, Pause.FORBIDDEN, Pause.MISCONFIGURED])
@pytest.mark.parametrize("count", [0, 7])
def test_pause_that_needs_a_person__asks_every_quarter_of_an_hour(why: Pause, count: int) -> None:
    assert vary_by_a_fifth(lambda: pause_length(why, count), 900)


@pytest.mark.parametrize(("count", "seconds"), [(0, 300), (1, 600), (2, 1200), (7, 21600), (10_000, 21600)])
def test_full_plan__is_asked_about_ever_more_rarely(count: int, seconds: float) -> None:
    assert vary_by_a_fifth(lambda: plan_pause(count), seconds)


def fail_for(hours: float, paused: float, seller: Seller, upstream: ScriptedUpstream, drain: Drain) -> OutboxEntry:
    """Let a change fail once, then again after `hours`, during which the connection was paused for `paused`."""
    upstream.answer = always(500)
    customer = make_customer(seller)
    drain()
    OutboxEntry.objects.update(failing_since=database_now() - timedelta(hours=hours))
    Connection.objects.update(paused_total=timedelta(hours=paused))
    make_due()
    drain()
    return entry_of(customer)


@pytest.mark.parametrize(("hours", "paused"), [(73, 0), (110, 37)])
def test_three_days_of_failing__are_enough(
    hours: float, paused: float, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    entry = fail_for(hours, paused, seller, upstream, drain)

    assert (entry.state, entry.blocked_why, entry.last_error) == ("blocked", "exhausted", "500 {}")


@pytest.mark.parametrize(("hours", "paused"), [(71, 0), (75, 4), (1000, 999)])
def test_time_without_the_upstream__does_not_count(
    hours: float, paused: float, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    entry = fail_for(hours, paused, seller, upstream, drain)

    assert (entry.state, entry.tries) == ("pending", 2)


def test_pause_before_the_first_failure__does_not_count_either(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    long_ago = database_now() - timedelta(hours=500)
    Connection.objects.update(pause="unavailable", paused_since=long_ago, paused_until=long_ago)
    upstream.answer = always(500)
    customer = make_customer(seller)
    drain()
    # Then the pause ends, and three days with the upstream go by.
    connection.refresh_from_db()
    first = entry_of(customer)
    assert connection.paused_since == long_ago
    total = database_now() - long_ago
    Connection.objects.update(pause="", paused_since=None, paused_until=None, paused_total=total, strikes=0)
    OutboxEntry.objects.update(failing_since=database_now() - timedelta(hours=73))
    make_due()

    drain()

    assert first.state == "pending"
    assert entry_of(customer).blocked_why == "exhausted"


def test_weekend_without_the_upstream__gives_nothing_up(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(500)
    for _number in range(6):
        make_customer(seller)
    drain()
    # Seventy-five hours of it, at the end of which it still fails.
    long_ago = database_now() - timedelta(hours=75)
    ENTRIES.exclude(failing_since=None).update(failing_since=long_ago)
    Connection.objects.update(paused_since=long_ago)
    for _probe in range(6):
        make_due()
        drain()
    during = set(ENTRIES.values_list("state", flat=True))
    upstream.answer = friendly
    make_due()

    while work_is_due():
        drain()
        make_due()

    assert during == {"pending"}
    assert set(ENTRIES.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_busy_upstream__never_wears_a_change_out(
    status: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(status)
    customer = make_customer(seller)

    for _time in range(30):
        drain()
        make_due()

    assert len(upstream.requests) == 30
    assert (entry_of(customer).state, entry_of(customer).failing_since) == ("pending", None)


def test_nonsense__three_times_in_a_row_is_blocked(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="New")
    found = []
    for status in (200, 200, 500, 200, 200, 200):
        upstream.answer = always(status)
        drain()
        make_due()
        found.append(entry_of(customer).blocked_why)

    assert found == ["", "", "", "", "", "not_understood"]


def test_success__begins_anew(seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain) -> None:
    upstream.answer = always(500)
    customer = linked(seller)
    edit(customer, company_name="v1")
    for _time in range(3):
        drain()
        make_due()
    upstream.answer = friendly
    drain()

    entry = entry_of(customer)

    assert (entry.state, entry.tries, entry.failing_since, entry.paused_before) == ("delivered", 0, None, None)
    assert (entry.ambiguous, entry.safe_after, entry.waiting_for) == (False, None, "")
    assert entry.last_error == "500 {}"
