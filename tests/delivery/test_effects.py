"""What an answer does beside moving its entry: strikes, silence, and whether the entry's time begins to run out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.delivery.claims import claim
from customers.delivery.draining import Drained
from customers.delivery.restore import refuse_if_restored
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Connection, OutboxEntry, Seller
from customers.models.clock import database_now
from tests.delivery.outcomes import outcome
from tests.delivery.states import entry_of
from tests.delivery.upstream import ScriptedUpstream, always
from tests.factory import make_customer

Drain = Callable[[], Drained]
BEFORE = 3
STRUCK, CLEARED, KEPT = BEFORE + 1, 0, BEFORE
#: status -> the connection's strikes after a create and after an update; whether the entry's time begins.
TABLE: dict[int, tuple[int, int, bool]] = {
    **dict.fromkeys((400, 413, 415, 422), (CLEARED, CLEARED, False)),
    **dict.fromkeys((301, 302, 307, 308, 401), (KEPT, KEPT, False)),
    403: (CLEARED, KEPT, False),
    404: (KEPT, CLEARED, False),
    **dict.fromkeys((402, 405, 408, 409, 410, 418, 425, 429, 451), (CLEARED, CLEARED, False)),
    503: (STRUCK, STRUCK, False),
    **dict.fromkeys((500, 501, 502, 504, 599), (STRUCK, STRUCK, True)),
    **dict.fromkeys((200, 201, 202, 204), (STRUCK, STRUCK, True)),
}
#: For these a Retry-After is believed, for the whole connection.
HOLDING = {408, 409, 425, 429, 503}


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("kind", ["create", "update"])
def test_status(
    status: int, kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    Connection.objects.update(strikes=BEFORE)
    upstream.answer = always(status, "some words", Retry_After="700")
    after_create, after_update, counts = TABLE[status]

    outcome(seller, kind, drain)

    after, entry = Connection.objects.get(), OutboxEntry.objects.latest("id")
    held = after.next_call_at - database_now()
    assert after.strikes == (after_create if kind == "create" else after_update)
    assert (entry.failing_since is not None) == counts
    assert (timedelta(seconds=60) < held <= timedelta(seconds=700)) == (status in HOLDING)
    assert (held <= timedelta()) == (status not in HOLDING)
    assert after.last_error.startswith(str(status))
    assert after.last_success_at is None


def test_yes__clears_strikes(seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain) -> None:
    Connection.objects.update(strikes=BEFORE)

    outcome(seller, "create", drain)

    after = Connection.objects.get()
    assert after.strikes == 0
    assert after.last_success_at is not None
    assert (after.last_error, after.last_error_at) == ("", None)


@pytest.mark.parametrize("status", sorted(HOLDING - {409, 429}))
def test_without_retry_after__only_the_entry_waits(
    status: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(status)

    outcome(seller, "create", drain)

    assert Connection.objects.get().next_call_at <= database_now()
    assert OutboxEntry.objects.get().not_before > database_now() - timedelta(seconds=60)


@pytest.mark.parametrize(("header", "seconds"), [({"Retry_After": "120"}, 120), ({}, 60), ({"Retry_After": "x"}, 60)])
def test_throttling__silences_the_whole_connection_and_is_no_failure(
    header: Any, seconds: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(429, "Too many", **header)
    customer = make_customer(seller)
    drain()
    other = make_customer(seller)

    drain()

    held = Connection.objects.get()
    assert len(upstream.requests) == 1
    assert timedelta() < held.next_call_at - database_now() <= timedelta(seconds=seconds)
    assert entry_of(customer).failing_since is None
    assert entry_of(other).tries == 0


def test_longest_silence__is_kept(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    for _number in range(2):
        make_customer(seller)
    refuse_if_restored()
    first, second = claim(2, busy={}, slots=4).calls
    upstream.answer = always(408, Retry_After="700")
    long = Sender().send(first)
    # One that was under way already.
    upstream.answer = always(408, Retry_After="1")
    short = Sender().send(second)

    settle([long])
    settle([short])

    assert Connection.objects.get().next_call_at - database_now() > timedelta(seconds=60)
