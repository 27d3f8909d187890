"""Calls that are not deliveries, such as comparisons and pulls, take part in the connection's rate limit."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction

from customers.models import Connection
from customers.models.clock import database_now
from customers.systems import SYSTEMS


def wait_for_turn(connection: Connection, *, at_most: float = 0) -> Connection:
    """Return the connection as it is when the next call may be made, by the system's limit and its wish.

    `at_most` calls a second where the system has no limit; 0 for as many as are made.
    """
    limit = SYSTEMS[connection.system].client.rate_limit()
    with transaction.atomic():
        locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        now = database_now()
        turn = max(locked.next_call_at, now)
        if limit:
            locked.next_call_at = turn + timedelta(seconds=60 / limit)
            locked.save(update_fields=["next_call_at"])
    unhurried = 0 if limit or not at_most else 1 / at_most
    time.sleep(max((turn - now).total_seconds(), unhurried))
    return locked
