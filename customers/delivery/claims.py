"""Claim entries: a lease with a token, written together with the attempt before any call is made.

Rows are locked in one order everywhere: connections, then entries. SKIP LOCKED, where the database
has it, only saves waiting; what makes a claim exclusive is the conditional UPDATE.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from customers.delivery import restore
from customers.delivery.answers import Operation
from customers.delivery.plan import Claim, Plan, make_plan
from customers.delivery.retry import STARTS
from customers.delivery.settling import block_unsendable, finish_without_call
from customers.delivery.turns import Turn, choose_turns
from customers.failpoint import failpoint
from customers.models import (
    Attempt,
    Blocked,
    Connection,
    EntryState,
    OutboxEntry,
    Outcome,
    UpstreamLink,
    Waiting,
)
from customers.models.clock import database_now
from customers.systems import SYSTEMS

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another worker was quicker; nothing was written."""


@dataclass(kw_only=True)
class Claims:
    """What a worker took. `moved` entries needed no call; `is_alone`: nothing else may run beside it."""

    calls: list[Claim] = field(default_factory=list)
    moved: int = 0
    is_alone: bool = False


def due(now: datetime, **which: Any) -> Any:
    """Return the entries that may be claimed."""
    return OutboxEntry.objects.filter(state=EntryState.PENDING, not_before__lte=now, **which)


def claim(free: int, *, busy: Mapping[UUID, int], slots: int) -> Claims:
    """Claim up to `free` calls, the sellers taking turns. Raises ClaimLost and RestoreDetected.

    `busy` says how many calls of each connection this worker holds already, of `slots` in all.
    """
    lease = uuid.uuid4()
    claims = Claims()
    with transaction.atomic():
        now = database_now()
        idle = not any(busy.values())
        for turn in choose_turns(now, free, busy=busy, slots=slots):
            _claim_turn(turn, now, lease, claims, idle=idle)
            if claims.is_alone or len(claims.calls) >= free:
                break
        epoch = restore.count_claim() if claims.calls else None
        failpoint("before_claim_commit")
    if epoch is not None:
        restore.witness(epoch)
        failpoint("after_claim_commit")
    return claims


def _claim_turn(turn: Turn, now: datetime, lease: UUID, claims: Claims, *, idle: bool) -> None:
    """Claim a connection's share: the oldest first."""
    which: dict[str, Any] = {"connection": turn.connection}
    if not idle or claims.calls:
        # An entry over which workers died is tried with nothing beside it that would die, too.
        which["starts__lt"] = STARTS - 1
    # Customers are read after their entries are locked, not joined: PostgreSQL would lock an entry as it is
    # now beside a customer as it was when the statement began, and an edit between the two would be lost.
    entries = list(
        due(now, **which)
        .prefetch_related("customer")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("not_before", "id")[: turn.share]
    )
    suspects = [entry for entry in entries if entry.starts >= STARTS - 1]
    if suspects:
        entries, claims.is_alone = suspects[:1], True
    plans = _plans(entries, now)
    sent = _postpone_creates(turn, [(entry, plan) for entry, plan in plans if plan is not None], now)
    claims.moved += len(entries) - len(sent)
    finish_without_call([entry for entry, plan in plans if plan is None], now)
    if sent:
        _lease(turn, sent, now, lease, claims)
    turn.take(len(sent), now)


def _plans(entries: Sequence[OutboxEntry], now: datetime) -> list[tuple[OutboxEntry, Plan | None]]:
    links = {
        (link.customer_id, link.system): link
        for link in UpstreamLink.objects.filter(customer__in=[entry.customer_id for entry in entries])
    }
    tried: dict[int, list[Attempt]] = {}
    again = [entry.pk for entry in entries if entry.ambiguous or entry.last_error_at]
    for attempt in Attempt.objects.filter(entry__in=again).order_by("-id") if again else ():
        tried.setdefault(attempt.entry_id, []).append(attempt)
    planned = []
    for entry in entries:
        entry.link = links.get((entry.customer_id, entry.system))  # type: ignore[attr-defined]
        try:
            plan = make_plan(entry, entry.link, _since_success(tried.get(entry.pk, ())))  # type: ignore[attr-defined]
        except Exception:
            # One customer whom nobody can render must not keep the others from going out.
            logger.exception("Entry %s cannot be sent.", entry.pk)
            block_unsendable(entry, now)
            continue
        planned.append((entry, plan))
    return planned


def _since_success(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the newest attempts, up to the one that went through."""
    newest = []
    for attempt in attempts:
        if attempt.outcome == Outcome.DELIVERED:
            break
        newest.append(attempt)
    return newest


def _postpone_creates(
    turn: Turn, planned: list[tuple[OutboxEntry, Plan]], now: datetime
) -> list[tuple[OutboxEntry, Plan]]:
    """Leave out creates while the upstream's plan is full, all but one when it is time to ask."""
    sent: list[tuple[OutboxEntry, Plan]] = []
    postponed: list[tuple[OutboxEntry, Plan]] = []
    for entry, plan in planned:
        creates = plan.operation is Operation.CREATE
        (sent if not creates or turn.may_create(now) else postponed).append((entry, plan))
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry, _plan in postponed]).update(
        not_before=turn.connection.creates_paused_until, waiting_for=Waiting.PLAN
    )
    return sent


def _lease(turn: Turn, planned: list[tuple[OutboxEntry, Plan]], now: datetime, lease: UUID, claims: Claims) -> None:
    """Write the lease and the attempts. Raises ClaimLost where an entry is no longer pending."""
    newest = [entry.pk for entry, plan in planned if plan.is_newest]
    older = [entry.pk for entry, plan in planned if not plan.is_newest]
    taken = 0
    for ids, covers in ((newest, F("version")), (older, 0)):
        if ids:
            taken += OutboxEntry.objects.filter(pk__in=ids, state=EntryState.PENDING).update(
                state=EntryState.SENDING,
                lease=lease,
                lease_until=now + timedelta(seconds=settings.DELIVERY_LEASE),
                starts=F("starts") + 1,
                sent_version=covers,
                waiting_for="",
            )
    if taken != len(planned):
        raise ClaimLost
    attempts = Attempt.objects.bulk_create([_attempt(entry, plan, now) for entry, plan in planned])
    claimed_at = time.monotonic()
    claims.calls += [
        Claim(
            entry=entry,
            attempt=attempt,
            connection=turn.connection,
            plan=plan,
            link=entry.link,  # type: ignore[attr-defined]
            lease=lease,
            claimed_at=claimed_at,
            until=claimed_at + settings.DELIVERY_LEASE,
            probes=turn.probes,
            asks_for_room=turn.asks_for_room and plan.operation is Operation.CREATE,
        )
        for (entry, plan), attempt in zip(planned, attempts, strict=True)
    ]


def _attempt(entry: OutboxEntry, plan: Plan, now: datetime) -> Attempt:
    client = SYSTEMS[entry.system].client
    create = plan.operation is Operation.CREATE
    return Attempt(
        entry=entry,
        method="POST" if create else "PATCH",
        path=client.PATH if create else client.path_of(plan.upstream_id),
        body=plan.body,
        idempotency_key=plan.key,
        started_at=now,
    )


def release_expired() -> int:
    """Take back what workers claimed and did not live to settle; return how many entries.

    Each may have been sent. One over which three workers died is blocked.
    """
    with transaction.atomic():
        now = database_now()
        expired = OutboxEntry.objects.filter(state=EntryState.SENDING, lease_until__lt=now)
        ids = [(entry.pk, entry.starts >= STARTS) for entry in expired.only("pk", "starts", "lease")]
        safe = now + timedelta(seconds=settings.DELIVERY_AMBIGUOUS_WAIT)
        freed: dict[str, Any] = {
            "lease": None,
            "lease_until": None,
            "ambiguous": True,
            "safe_after": safe,
            "not_before": safe,
        }
        back = expired.filter(pk__in=[pk for pk, poison in ids if not poison]).update(
            state=EntryState.PENDING, waiting_for=Waiting.AMBIGUOUS, **freed
        )
        return back + expired.filter(pk__in=[pk for pk, poison in ids if poison]).update(
            state=EntryState.BLOCKED, blocked_why=Blocked.CRASHED, last_error_at=now, **freed
        )


def work_is_due() -> bool:
    """Return whether a claim could find something: one or two reads, without a transaction."""
    now = database_now()
    if OutboxEntry.objects.filter(state=EntryState.SENDING, lease_until__lt=now).exists():
        return True
    # From the few connections to their entries: a connection that rests costs nothing, however much waits.
    waiting = Exists(due(now, connection=OuterRef("pk")))
    may_call = Q(pause="") | Q(paused_until__lte=now)
    return Connection.objects.filter(may_call, waiting, pushes=True, next_call_at__lte=now).exists()
