"""When a change that did not go through is tried again. No other code decides that."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from customers.models import Connection, OutboxEntry, Pause

#: Failures in a row after which the connection rests.
STRIKES: Final = 5
#: How often a worker may die over an entry, and an answer make no sense.
STARTS: Final = 3
MISUNDERSTANDINGS: Final = 3
#: How long between two tries of a connection that needs a person.
PROBE_PAUSE: Final = 900
#: The first and the longest wait for room in the upstream's plan.
PLAN_PAUSES: Final = (300, 6 * 3600)
#: Where the upstream as a whole is away, the connection's own pause paces, and entries stay near.
LONGEST_STEP_WHILE_AWAY: Final = 2


def jitter(seconds: float) -> timedelta:
    """Return `seconds` give or take a fifth, so that many do not come at once."""
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def retry_delay(tries: int, *, counts: bool) -> timedelta:
    """Return how long to wait after the failed try number `tries` (from 1)."""
    delays = settings.DELIVERY_RETRY_DELAYS
    step = min(tries, len(delays)) - 1
    return jitter(delays[step if counts else min(step, LONGEST_STEP_WHILE_AWAY)])


def pause_length(why: Pause, count: int) -> timedelta:
    """Return how long the pause number `count` (from 0) of a connection lasts."""
    if why is Pause.UNAVAILABLE:
        first = settings.DELIVERY_BREAKER_PAUSE
        return jitter(min(first * 2 ** min(count, 10), first * 20))
    return jitter(PROBE_PAUSE)


def plan_pause(count: int) -> timedelta:
    first, longest = PLAN_PAUSES
    return jitter(min(first * 2 ** min(count, 10), longest))


def paused_so_far(connection: Connection, now: datetime) -> timedelta:
    """Return how long the connection's pauses took in all, with the one that is not over yet."""
    current = timedelta() if connection.paused_since is None else now - connection.paused_since
    return connection.paused_total + current


def is_too_old(entry: OutboxEntry, connection: Connection, now: datetime) -> bool:
    """Return whether the entry failed for too long; while the connection was paused no time passed."""
    if entry.failing_since is None:
        return False
    paused = paused_so_far(connection, now) - (entry.paused_before or timedelta())
    return now - entry.failing_since - paused > timedelta(hours=settings.DELIVERY_GIVE_UP_HOURS)
