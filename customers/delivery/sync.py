"""How each customer stands with the upstreams: one word that staff see and can filter by."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from customers.delivery.connections import pushed_systems
from customers.models import Connection, Customer, EntryState, OutboxEntry, UpstreamLink
from customers.models.outbox import OPEN


class SyncState(models.TextChoices):
    IN_SYNC = "in_sync", _("in sync")
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("sending")
    BLOCKED = "blocked", _("blocked")
    DRIFTED = "drifted", _("differs")
    NOT_SENT = "not_sent", _("never sent")
    NOT_CONNECTED = "not_connected", _("not connected")


_CONNECTIONS: Final = Connection.objects.filter(seller=OuterRef("seller"), pushes=True)
_ENTRIES: Final = OutboxEntry.objects.filter(customer=OuterRef("pk"), state__in=OPEN)
# Links to systems that customers are only pulled from say nothing here.
_LINKS: Final = UpstreamLink.objects.filter(customer=OuterRef("pk"), system__in=list(pushed_systems()))

#: The first that holds is the state; what needs a person comes before what does not.
_CONDITIONS: Final[tuple[tuple[SyncState, Any], ...]] = (
    (SyncState.NOT_CONNECTED, ~Exists(_CONNECTIONS)),
    (SyncState.BLOCKED, Exists(_ENTRIES.filter(state=EntryState.BLOCKED))),
    (SyncState.SENDING, Exists(_ENTRIES.filter(state=EntryState.SENDING))),
    (SyncState.WAITING, Exists(_ENTRIES)),
    (SyncState.DRIFTED, Exists(_LINKS.filter(~Q(drift={}) | Q(is_gone=True)))),
    (SyncState.IN_SYNC, Exists(_LINKS)),
)


def with_sync_state(customers: models.QuerySet[Customer]) -> models.QuerySet[Customer]:
    """Return the customers, each with its `sync_state`."""
    whens = [When(condition, then=Value(state.value)) for state, condition in _CONDITIONS]
    state = Case(*whens, default=Value(SyncState.NOT_SENT.value), output_field=models.CharField())
    return customers.annotate(sync_state=state)


def in_state(customers: models.QuerySet[Customer], state: SyncState) -> models.QuerySet[Customer]:
    """Return the customers whose `sync_state` is `state`."""
    for other, condition in _CONDITIONS:
        if other is state:
            return customers.filter(condition)
        customers = customers.exclude(condition)
    return customers
