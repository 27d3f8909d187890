"""What to send for an entry: the difference to what the upstream last acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from customers.delivery.answers import Operation
from customers.models import Attempt, Connection, OutboxEntry, Outcome, UpstreamLink
from customers.systems import SYSTEMS

#: Outcomes after which a call may have been applied.
UNCLEAR = (Outcome.AMBIGUOUS, Outcome.UNFINISHED)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One call. `state` is what the upstream has once it says yes; `is_newest`, whether that is
    all there is to say: a create that is repeated after an unclear answer is repeated as it was.
    """

    operation: Operation
    body: dict[str, Any] = field(repr=False)
    state: dict[str, Any] = field(repr=False)
    upstream_id: str = ""
    key: UUID | None = None
    is_newest: bool = True


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One call that this worker, and nobody else, is to make, from `claimed_at` until `until` by the monotonic clock.

    `probes`: it asks whether the connection's pause is over; `asks_for_room`: whether the plan's is.
    """

    entry: OutboxEntry
    attempt: Attempt
    connection: Connection
    plan: Plan
    link: UpstreamLink | None
    lease: UUID
    claimed_at: float
    until: float
    probes: bool = False
    asks_for_room: bool = False


def make_plan(entry: OutboxEntry, link: UpstreamLink | None, tried: Sequence[Attempt]) -> Plan | None:
    """Return the call that brings the entry's customer up to date; None where there is nothing to send.

    `tried` are the entry's earlier attempts since the last success, newest first.
    """
    client = SYSTEMS[entry.system].client
    state = client.render(entry.customer, link.acknowledged if link else None)
    if link is None:
        return _create(entry, state, tried)
    now, acknowledged = client.comparable(state), client.comparable(link.acknowledged)
    # What an unclear call held may be there or not, so it is sent again, whatever it is now.
    unsure = (
        {name for attempt in tried if attempt.outcome in UNCLEAR for name in attempt.body} if entry.ambiguous else set()
    )
    body = {name: value for name, value in state.items() if now[name] != acknowledged[name] or name in unsure}
    if not body:
        return None
    acknowledged_then = {**link.acknowledged, **body}
    return Plan(operation=Operation.UPDATE, body=body, state=acknowledged_then, upstream_id=link.upstream_id)


def _create(entry: OutboxEntry, state: dict[str, Any], tried: Sequence[Attempt]) -> Plan | None:
    """Return the create. One that may have been applied is repeated to the letter, under its own key."""
    client = SYSTEMS[entry.system].client
    last = tried[0] if tried else None
    unclear = next((attempt for attempt in tried if attempt.outcome in UNCLEAR), None) if entry.ambiguous else None
    if unclear is not None:
        body = unclear.body
    elif entry.customer.deleted_at is not None:
        return None
    else:
        body = client.create_body(state)
    # A refusal may be kept under the key, and another body under the same key is a mistake.
    same = last is not None and last.body == body and last.outcome != Outcome.REFUSED
    key = last.idempotency_key if last is not None and same else uuid.uuid4()
    created = {name: body.get(name) for name in state}
    return Plan(operation=Operation.CREATE, body=body, state=created, key=key, is_newest=created == state)
