"""Whose turn it is: connections that may make calls, longest unserved first, and how many calls each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from customers.models import Connection, EntryState, OutboxEntry
from customers.systems import SYSTEMS


@dataclass
class Turn:
    """A connection that may now make up to `share` calls; `probes`, that it asks whether a pause is over."""

    connection: Connection
    share: int
    probes: bool = False
    asks_for_room: bool = False

    def may_create(self, now: datetime) -> bool:
        """Return whether a customer may be created: the plan is not known to be full, or it is time to ask.

        The answer is yes once for asking; further creates wait until it is there.
        """
        until = self.connection.creates_paused_until
        if until is None:
            return True
        if until > now:
            return False
        self.asks_for_room = True
        self.connection.creates_paused_until = now + timedelta(seconds=settings.DELIVERY_LEASE)
        return True

    def take(self, calls: int, now: datetime) -> None:
        """Note that `calls` were taken, so that others are served next and limits hold."""
        connection = self.connection
        connection.served_at = now
        limit = SYSTEMS[connection.system].client.rate_limit()
        if limit and calls:
            connection.next_call_at = now + timedelta(seconds=60 / limit * calls)
        if self.probes and calls:
            # Nobody else probes before this answer is settled.
            connection.paused_until = now + timedelta(seconds=settings.DELIVERY_LEASE)
        connection.save(update_fields=["served_at", "next_call_at", "paused_until", "creates_paused_until"])


def choose_turns(now: datetime, free: int, *, busy: Mapping[UUID, int], slots: int) -> Iterator[Turn]:
    """Lock and yield connections with work that is due, until `free` calls are given away."""
    entries = OutboxEntry.objects.filter(connection=OuterRef("pk"), state=EntryState.PENDING, not_before__lte=now)
    ready = Connection.objects.filter(
        Q(pause="") | Q(paused_until__lte=now), Exists(entries), pushes=True, next_call_at__lte=now
    )
    chosen = list(ready.order_by("served_at", "pk").values_list("pk", flat=True)[:free])
    alone = len(chosen) == 1 and not any(count for pk, count in busy.items() if pk != chosen[0])
    alone = alone and not Connection.objects.exclude(pk=chosen[0]).filter(pushes=True).exists()
    each = math.ceil(free / max(len(chosen), 1))
    # In the order of their keys, so that two workers never wait for each other.
    for connection in ready.filter(pk__in=chosen).select_for_update(no_key=True, of=("self",)).order_by("pk"):
        share = min(each, _most(connection, slots, alone=alone) - busy.get(connection.pk, 0))
        probes = bool(connection.pause)
        if probes:
            share = min(share, 1)
        limit = SYSTEMS[connection.system].client.rate_limit()
        if limit:
            # What one second allows; next_call_at makes up for it.
            share = min(share, max(1, limit // 60))
        if share > 0:
            yield Turn(connection, share, probes)


def _most(connection: Connection, slots: int, *, alone: bool) -> int:
    """Return how many calls of the connection may be in flight: one that fails must not fill all slots."""
    if connection.strikes:
        return max(1, slots // 4)
    return slots if alone else max(1, slots - slots // 4)
