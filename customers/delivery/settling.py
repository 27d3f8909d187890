"""Write down what came of calls: fenced, in one short transaction for a batch of them.

Only who still holds the lease settles an entry. What a worker brings after its lease was over is
kept with the attempt and changes nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from customers.delivery import health
from customers.delivery.answers import NONSENSE, Act, Operation, Verdict
from customers.delivery.plan import Claim
from customers.delivery.returning import return_entry
from customers.failpoint import failpoint
from customers.models import Attempt, Blocked, Connection, EntryState, OutboxEntry, Outcome, UpstreamLink
from customers.models.clock import database_now
from customers.models.email import email_key

logger = logging.getLogger(__name__)

OUTCOMES: Final = {
    Act.DELIVERED: Outcome.DELIVERED,
    Act.RETRY: Outcome.NOT_TAKEN,
    # The key or the address was refused, not what was sent.
    Act.PAUSE: Outcome.NOT_TAKEN,
    Act.AMBIGUOUS: Outcome.AMBIGUOUS,
    Act.NOT_SENT: Outcome.NOT_SENT,
}
#: What a success leaves behind.
CLEAN: Final[dict[str, Any]] = {
    "lease": None,
    "lease_until": None,
    "starts": 0,
    "tries": 0,
    "ambiguous": False,
    "safe_after": None,
    "misunderstood": 0,
    "failing_since": None,
    "paused_before": None,
    "waiting_for": "",
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a claimed call. `upstream_id` is that of the customer in the answer."""

    claim: Claim
    verdict: Verdict
    status: int | None = None
    words: str = ""
    milliseconds: int | None = None
    upstream_id: str = ""


def settle(results: Sequence[Result]) -> int:
    """Store what came of the calls; return how many entries were still this worker's."""
    with transaction.atomic():
        # Connections are locked before entries, everywhere.
        ids = sorted({result.claim.connection.pk for result in results})
        connections = Connection.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).in_bulk()
        now = database_now()
        held = _held(results)
        _note_attempts(results, held, now)
        mine = _without_doubles([result for result in results if result.claim.entry.pk in held])
        _deliver([result for result in mine if result.verdict.act is Act.DELIVERED], now)
        for result in mine:
            connection = connections.get(result.claim.connection.pk)
            if connection is None:
                continue
            if result.verdict.act is not Act.DELIVERED:
                return_entry(held[result.claim.entry.pk], result, connection, now)
            health.note(connection, result, now)
        for connection in connections.values():
            connection.save(update_fields=health.FIELDS)
        failpoint("before_settle")
    failpoint("after_settle")
    if len(mine) < len(results):
        logger.warning("%d results came after their lease was over.", len(results) - len(mine))
    return len(mine)


def _held(results: Sequence[Result]) -> dict[int, OutboxEntry]:
    """Lock and return the entries whose lease is still the claim's."""
    leases = {result.claim.entry.pk: result.claim.lease for result in results}
    entries = OutboxEntry.objects.filter(pk__in=leases, state=EntryState.SENDING).order_by("pk")
    return {entry.pk: entry for entry in entries.select_for_update(no_key=True) if entry.lease == leases[entry.pk]}


def _without_doubles(results: Sequence[Result]) -> list[Result]:
    """Return the results; a create whose answer names another customer's id was not understood."""
    creates = [result for result in results if result.verdict.act is Act.DELIVERED and result.claim.link is None]
    if not creates:
        return list(results)
    known = UpstreamLink.objects.filter(
        seller__in={result.claim.entry.seller_id for result in creates},
        upstream_id__in=[result.upstream_id for result in creates],
    )
    owners = {(link.seller_id, link.system, link.upstream_id): link.customer_id for link in known}
    kept = []
    for result in results:
        entry = result.claim.entry
        owner = owners.setdefault((entry.seller_id, entry.system, result.upstream_id), entry.customer_id)
        double = result.verdict.act is Act.DELIVERED and owner != entry.customer_id
        kept.append(replace(result, verdict=NONSENSE) if double else result)
    return kept


def _note_attempts(results: Sequence[Result], held: Container[int], now: datetime) -> None:
    attempts = []
    for result in results:
        attempt = result.claim.attempt
        attempt.finished_at = now
        attempt.outcome = OUTCOMES.get(result.verdict.act, Outcome.REFUSED)
        if attempt.outcome == Outcome.DELIVERED and result.claim.entry.pk not in held:
            # Too late to be stored: for what is sent next, it may have been applied.
            attempt.outcome = Outcome.AMBIGUOUS
        attempt.status = result.status
        attempt.duration_ms = result.milliseconds
        attempt.excerpt = "" if result.verdict.act is Act.DELIVERED else result.words
        attempts.append(attempt)
    # One statement: an upsert that always finds its rows. Of entries that are gone nothing is left.
    there = set(OutboxEntry.objects.filter(pk__in=[a.entry_id for a in attempts]).values_list("pk", flat=True))
    Attempt.objects.bulk_create(
        [attempt for attempt in attempts if attempt.entry_id in there],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["finished_at", "outcome", "status", "duration_ms", "excerpt"],
    )


def _deliver(results: Sequence[Result], now: datetime) -> None:
    """Store what the upstreams acknowledged. An entry that was changed meanwhile waits again."""
    if not results:
        return
    links = [
        UpstreamLink(
            seller_id=result.claim.entry.seller_id,
            customer_id=result.claim.entry.customer_id,
            system=result.claim.entry.system,
            upstream_id=result.upstream_id,
            acknowledged=result.claim.plan.state,
            acknowledged_at=now,
            created_at=now,
            drift=_remaining_drift(result.claim),
        )
        for result in results
    ]
    UpstreamLink.objects.bulk_create(
        links,
        update_conflicts=True,
        unique_fields=["customer", "system"],
        update_fields=["upstream_id", "acknowledged", "acknowledged_at", "drift", "is_gone"],
    )
    _close([result.claim.entry.pk for result in results], now)
    for result in results:
        _retry_conflicts(result, now)


def _remaining_drift(claim: Claim) -> dict[str, Any]:
    """Return the differences that what was sent has not settled."""
    drift = {} if claim.link is None else claim.link.drift
    return {name: pair for name, pair in drift.items() if name not in claim.plan.body}


def _close(ids: Sequence[int], now: datetime) -> None:
    covered = Q(version=F("sent_version"))
    OutboxEntry.objects.filter(pk__in=ids).update(
        state=Case(When(covered, then=Value(EntryState.DELIVERED)), default=Value(EntryState.PENDING)),
        delivered_at=Case(When(covered, then=Value(now)), default=F("delivered_at")),
        waiting_since=Case(When(covered, then=F("waiting_since")), default=Value(now)),
        not_before=now,
        **CLEAN,
    )


def _retry_conflicts(result: Result, now: datetime) -> None:
    """Try customers again who were refused an e-mail address that is free now."""
    link, plan = result.claim.link, result.claim.plan
    if link is None or plan.operation is not Operation.UPDATE or "email" not in plan.body:
        return
    freed = email_key(link.acknowledged.get("email") or "")
    OutboxEntry.objects.filter(
        connection=result.claim.connection,
        state=EntryState.BLOCKED,
        blocked_why=Blocked.EMAIL_TAKEN,
        customer__email_key=freed,
    ).update(state=EntryState.PENDING, blocked_why="", not_before=now)


def finish_without_call(entries: Sequence[OutboxEntry], now: datetime) -> None:
    """Close entries, locked by the caller, for which there is nothing to send."""
    if entries:
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries], state=EntryState.PENDING).update(
            state=EntryState.DELIVERED, delivered_at=now, **CLEAN
        )


def block_unsendable(entry: OutboxEntry, now: datetime) -> None:
    """Block an entry, locked by the caller, that cannot be put into the upstream's form."""
    OutboxEntry.objects.filter(pk=entry.pk, state=EntryState.PENDING).update(
        state=EntryState.BLOCKED, blocked_why=Blocked.NOT_SENDABLE, last_error="", last_error_at=now
    )
