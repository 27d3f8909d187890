"""How the outbox stands, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, QuerySet

from customers.models import EntryState, OutboxEntry
from customers.models.clock import database_now


@dataclass(frozen=True, kw_only=True)
class OutboxStatus:
    """Entries by state; `depth`, how many are not delivered; `oldest`, how long the oldest of them waits."""

    counts: dict[str, int]
    depth: int
    oldest: timedelta | None


def outbox_status(entries: QuerySet[OutboxEntry] | None = None) -> OutboxStatus:
    """Return the numbers of `entries` (of all where none are named), from one query."""
    chosen = OutboxEntry.objects.all() if entries is None else entries
    rows = chosen.order_by().values_list("state").annotate(Count("pk"), Min("waiting_since"))
    found = {state: (count, since) for state, count, since in rows}
    waiting = [since for state, (_count, since) in found.items() if state != EntryState.DELIVERED]
    return OutboxStatus(
        counts={state.value: found.get(state, (0, None))[0] for state in EntryState},
        depth=sum(count for state, (count, _since) in found.items() if state != EntryState.DELIVERED),
        oldest=database_now() - min(waiting) if waiting else None,
    )
