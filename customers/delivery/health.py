"""A connection's state: what answers say about it, when it rests, when it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import DateTimeField, F
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, Greatest

from customers.delivery.answers import Act
from customers.delivery.retry import STRIKES, pause_length, plan_pause
from customers.models import Connection, EntryState, OutboxEntry, Pause, Waiting

if TYPE_CHECKING:
    from customers.delivery.settling import Result

#: What `note`, `pause` and `resume` change.
FIELDS: Final = (
    "pause",
    "pause_detail",
    "paused_since",
    "paused_until",
    "pause_count",
    "paused_total",
    "creates_paused_until",
    "creates_pause_count",
    "creates_pause_detail",
    "strikes",
    "next_call_at",
    "last_success_at",
    "last_error_at",
    "last_error",
)


def note(connection: Connection, result: Result, now: datetime) -> None:
    """Take in what came of one call. The connection's row is locked, and saved by the caller."""
    verdict = result.verdict
    if verdict.act is Act.NOT_SENT:
        return
    if verdict.act is Act.DELIVERED:
        connection.last_success_at = now
        if result.claim.link is None and connection.creates_paused_until is not None:
            resume_creates(connection, now)
    else:
        connection.last_error_at, connection.last_error = now, result.words
    if verdict.hold is not None:
        connection.next_call_at = max(connection.next_call_at, now + timedelta(seconds=verdict.hold))
    if verdict.pause is not None:
        _pause_again(connection, verdict.pause, result, now)
    elif verdict.strike:
        connection.strikes += 1
        if connection.strikes >= STRIKES or result.claim.probes:
            _pause_again(connection, Pause.UNAVAILABLE, result, now)
    elif verdict.clears_strikes:
        connection.strikes = 0
        answered = connection.pause not in ("", Pause.BY_HAND) and result.claim.probes
        if connection.pause == Pause.UNAVAILABLE or answered:
            _end_pause(connection, now)


def _pause_again(connection: Connection, why: Pause, result: Result, now: datetime) -> None:
    """Pause, longer if this was the probe of a pause. Calls that were still under way change nothing."""
    if connection.pause == Pause.BY_HAND or (connection.pause and not result.claim.probes):
        return
    replaced = connection.encrypted_credential != result.claim.connection.encrypted_credential
    if replaced and why in (Pause.KEY_REFUSED, Pause.FORBIDDEN):
        # It was the earlier key that was refused.
        return
    connection.pause_count = connection.pause_count + 1 if connection.pause else 0
    connection.paused_since = connection.paused_since or now
    connection.pause, connection.pause_detail = why, result.words
    connection.paused_until = now + pause_length(why, connection.pause_count)


def pause_by_hand(connection: Connection, why: str, now: datetime) -> None:
    connection.pause, connection.pause_detail = Pause.BY_HAND, why
    connection.paused_since, connection.paused_until = connection.paused_since or now, None


def resume(connection: Connection, now: datetime) -> None:
    """Go on at once, whatever the pause. The connection's row is locked, and saved by the caller."""
    connection.strikes, connection.next_call_at = 0, now
    resume_creates(connection, now)
    _end_pause(connection, now)


def _end_pause(connection: Connection, now: datetime) -> None:
    if connection.paused_since is not None:
        connection.paused_total += now - connection.paused_since
    connection.pause = connection.pause_detail = ""
    connection.paused_since = connection.paused_until = None
    connection.pause_count = 0
    waiting = OutboxEntry.objects.filter(connection=connection, state=EntryState.PENDING, tries__gt=0)
    waiting.filter(not_before__gt=now).update(not_before=soonest(now))


def soonest(now: datetime) -> Greatest:
    """Return, as an expression, when an entry may be tried again at the earliest."""
    moment = Value(now, output_field=DateTimeField())
    return Greatest(Coalesce(F("safe_after"), moment), moment)


def pause_creates(connection: Connection, result: Result, now: datetime) -> None:
    """Let new customers wait for room in the upstream's plan; each time longer."""
    # Several creates may have been under way: the first that comes back counts.
    if connection.creates_paused_until is None or result.claim.asks_for_room:
        connection.creates_paused_until = now + plan_pause(connection.creates_pause_count)
        connection.creates_pause_count += 1
    connection.creates_pause_detail = result.words


def resume_creates(connection: Connection, now: datetime) -> None:
    connection.creates_paused_until, connection.creates_pause_count = None, 0
    connection.creates_pause_detail = ""
    OutboxEntry.objects.filter(connection=connection, state=EntryState.PENDING, waiting_for=Waiting.PLAN).update(
        not_before=soonest(now), waiting_for=""
    )
