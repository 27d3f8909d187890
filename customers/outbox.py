"""The outbox: that a customer must be brought up to date upstream, in the caller's transaction.

Either the change and its entry are stored, or neither. One entry is open for each customer and
system: further changes are folded into it, also while it is being sent; it is delivered once it
covers them.
"""

from __future__ import annotations

import logging
import time
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from customers.failpoint import failpoint
from customers.models import Actor, Blocked, Connection, Customer, EntryState, OutboxEntry
from customers.models.clock import database_now
from customers.models.connection import stays
from customers.models.outbox import OPEN as OPEN

logger = logging.getLogger(__name__)

#: What a blocked entry forgets when it is tried again.
_FORGIVEN: Final = {
    "state": EntryState.PENDING,
    "blocked_why": "",
    "waiting_for": "",
    "tries": 0,
    "starts": 0,
    "misunderstood": 0,
    "failing_since": None,
    "paused_before": None,
}
#: After a broker that could not be reached, how long it is left alone, in seconds.
_BROKER_REST: Final = 30
_broker_rests_until = 0.0


def record_change(customer: Customer, *, actor: Actor) -> None:
    """Note that every connected upstream needs the customer as it now is.

    Called with the customer's row locked. A change that came from a system is not sent back to it.
    """
    pushing = Connection.objects.filter(seller=customer.seller_id, pushes=True).exclude(system=actor.system)
    connections = list(pushing.only("pk", "seller_id", "system"))
    for connection in connections:
        need_delivery(customer, connection, request_id=actor.request_id)
    if connections:
        failpoint("in_business_transaction")


def need_delivery(customer: Customer, connection: Connection, *, request_id: str = "") -> None:
    """Open an entry for the customer, or fold this change into the one that is open.

    A blocked entry is tried again: what blocked it may have been corrected. It keeps its place in
    time, so that nothing is sent before an earlier call can no longer be applied. One that must be
    linked stays blocked: the upstream may have the customer already, under the address from before.
    Of a connection that was ended meanwhile nothing is noted.
    """
    if not stays(connection):
        return
    entries = OutboxEntry.objects.filter(customer=customer, system=connection.system, state__in=OPEN)
    folded = {
        "version": customer.version,
        "request_id": request_id,
        **{name: _if_blocked(name, value) for name, value in _FORGIVEN.items()},
    }
    if not entries.update(**folded):
        now = database_now()
        OutboxEntry.objects.create(
            connection=connection,
            seller_id=customer.seller_id,
            customer=customer,
            system=connection.system,
            version=customer.version,
            request_id=request_id,
            waiting_since=now,
            not_before=now,
        )
    transaction.on_commit(wake, robust=True)


def _if_blocked(name: str, value: Any) -> Case:
    field: Any = OutboxEntry._meta.get_field(name)
    then = Value(value, output_field=field)
    forgivable = Q(state=EntryState.BLOCKED) & ~Q(blocked_why=Blocked.LINK_NEEDED)
    return Case(When(forgivable, then=then), default=F(name), output_field=field)


def wake() -> None:
    """Wake the workers on all machines, where there is a broker.

    The message says nothing but "look": lost, doubled or late it does no harm, since the sweep
    finds what is due. A broker that is away therefore must not slow the caller down.
    """
    global _broker_rests_until
    if not settings.CELERY_BROKER_URL or time.monotonic() < _broker_rests_until:
        return
    try:
        # Imported on first use: Celery takes a while, and most processes never need it.
        app = import_module(settings.CELERY_APP).app
        app.send_task("customers.tasks.deliver", ignore_result=True, retry=False, expires=60)
    except Exception:
        _broker_rests_until = time.monotonic() + _BROKER_REST
        logger.warning("The message broker could not be reached; the sweep delivers.", exc_info=True)
