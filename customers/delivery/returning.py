"""Where an entry goes that was not delivered: tried again later, or blocked until a person acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from customers.delivery import health
from customers.delivery.answers import Act, Verdict
from customers.delivery.retry import MISUNDERSTANDINGS, is_too_old, paused_so_far, retry_delay
from customers.models import Blocked, Connection, EntryState, OutboxEntry, Waiting

if TYPE_CHECKING:
    from customers.delivery.settling import Result


def return_entry(entry: OutboxEntry, result: Result, connection: Connection, now: datetime) -> None:
    """Put an entry that was not delivered where its verdict says."""
    verdict = result.verdict
    entry.state, entry.lease, entry.lease_until, entry.starts = EntryState.PENDING, None, None, 0
    entry.waiting_for = ""
    if verdict.act is not Act.NOT_SENT:
        entry.last_error, entry.last_error_at = result.words, now
    match verdict.act:
        case Act.BLOCK:
            _block(entry, verdict.blocked or Blocked.UNEXPECTED)
        case Act.RETRY | Act.AMBIGUOUS:
            _retry(entry, verdict, connection, now)
        case Act.PAUSE_CREATES:
            health.pause_creates(connection, result, now)
            entry.not_before, entry.waiting_for = connection.creates_paused_until or now, Waiting.PLAN
    entry.save(
        update_fields=[
            *("state", "lease", "lease_until", "starts", "waiting_for", "not_before", "tries", "ambiguous"),
            *("safe_after", "misunderstood", "failing_since", "paused_before", "blocked_why"),
            *("last_error", "last_error_at"),
        ]
    )


def _block(entry: OutboxEntry, why: Blocked) -> None:
    # A value refused now was refused the first time, too: no doubt is left.
    if why is Blocked.REJECTED:
        entry.ambiguous, entry.safe_after = False, None
    # Who was edited meanwhile is tried once more: the edit may be the correction. But after a create
    # that was only repeated, a conflict is a person's to settle: another try could make a second customer.
    repeated = entry.sent_version == 0 and why is not Blocked.REJECTED
    if entry.version == entry.sent_version or repeated:
        entry.state, entry.blocked_why = EntryState.BLOCKED, why


def _retry(entry: OutboxEntry, verdict: Verdict, connection: Connection, now: datetime) -> None:
    entry.tries += 1
    entry.misunderstood = entry.misunderstood + 1 if verdict.misunderstood else 0
    if verdict.counts and entry.failing_since is None:
        entry.failing_since, entry.paused_before = now, paused_so_far(connection, now)
    entry.not_before, entry.waiting_for = now + retry_delay(entry.tries, counts=verdict.counts), Waiting.RETRY
    if verdict.act is Act.AMBIGUOUS:
        entry.ambiguous, entry.waiting_for = True, Waiting.AMBIGUOUS
        entry.safe_after = now + timedelta(seconds=settings.DELIVERY_AMBIGUOUS_WAIT)
        entry.not_before = max(entry.not_before, entry.safe_after)
    if verdict.misunderstood and entry.misunderstood >= MISUNDERSTANDINGS:
        _block(entry, Blocked.NOT_UNDERSTOOD)
    elif is_too_old(entry, connection, now):
        _block(entry, Blocked.EXHAUSTED)
