"""Keys of upstreams while they are used: refused, replaced, unreadable, and never written down anywhere."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers

from customers.delivery import connections
from customers.delivery.draining import Drained
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Attempt, Connection, OutboxEntry, Seller
from customers.models.clock import database_now
from customers.systems.my_virtual_office import client
from tests.delivery.states import ENTRIES, claim_one, edit, linked, make_due, make_many
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer, make_seller

Drain = Callable[[], Drained]
KEY = "sk_live_upstream"


def states() -> Counter[str]:
    return Counter(ENTRIES.values_list("state", flat=True))


def test_refused_key__pauses_this_connection_alone(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    other = make_seller("other")
    connections.connect(other, "my_virtual_office", "sk_live_good")

    revoked = always(401, "API key has been revoked")

    def by_key(request: Request) -> Answer:
        return (revoked if request.headers["x-api-key"] == "sk_live_upstream" else friendly)(request)

    upstream.answer = by_key
    for one in (seller, other):
        for _number in range(6):
            make_customer(one)

    drain()

    paused = Connection.objects.get(seller=seller)
    assert (paused.pause, paused.pause_detail) == ("key_refused", "401 API key has been revoked")
    assert paused.paused_until is not None
    assert paused.paused_until - database_now() > timedelta(minutes=10)
    assert Counter(ENTRIES.filter(seller=other).values_list("state", flat=True)) == {"delivered": 6}
    assert Counter(ENTRIES.filter(seller=seller).values_list("state", flat=True)) == {"pending": 6}
    # Those that were under way at once; none after the answer was known.
    assert sum(one.headers["x-api-key"] == "sk_live_upstream" for one in upstream.requests) <= 4


def test_new_key__goes_on_at_once(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(401)
    make_customer(seller)
    drain()
    upstream.answer = friendly

    connections.connect(seller, "my_virtual_office", "sk_live_new")
    drain()

    assert states() == {"delivered": 1}
    assert upstream.requests[-1].headers["x-api-key"] == "sk_live_new"


@pytest.mark.parametrize("status", [401, 403])
def test_new_key__is_not_blamed_for_what_the_old_one_was_refused(
    status: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    edit(linked(seller), company_name="New")
    upstream.answer = always(status)
    late = Sender().send(claim_one())
    connections.connect(seller, "my_virtual_office", "sk_live_new")

    settle([late])
    upstream.answer = friendly
    drain()

    assert Connection.objects.get().pause == ""
    assert sorted(states()) == ["delivered"]
    assert upstream.requests[-1].headers["x-api-key"] == "sk_live_new"


def test_key_nobody_can_read__pauses_and_makes_no_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    other, _is_new = connections.connect(make_seller("other"), "my_virtual_office", "sk_live_other")
    # As if somebody had copied one seller's key to another.
    Connection.objects.filter(pk=connection.pk).update(encrypted_credential=other.encrypted_credential)
    make_many(connection, 3)

    drain()

    paused = Connection.objects.get(pk=connection.pk)
    assert upstream.requests == []
    assert paused.pause == "key_refused"
    assert paused.pause_detail.startswith("The stored key cannot be read")
    assert states() == {"pending": 3}


def spoken(request: Request) -> Answer:
    """Answer as an upstream that repeats the key it was shown."""
    key = request.headers["x-api-key"]
    return 401, {"error": "Unauthorized", "message": f"No such key: {key}, Bearer {key}"}, {"X-Shown": key}


@pytest.mark.parametrize("answer", [spoken, lambda one: (400, spoken(one)[1], {}), lambda one: (500, KEY.encode(), {})])
def test_key_that_the_upstream_repeats__is_not_kept(
    answer: Any, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.answer = answer
    make_customer(seller)

    drain()

    kept = serializers.serialize(
        "json", [*OutboxEntry.objects.all(), *Attempt.objects.all(), *Connection.objects.all()]
    )
    assert upstream.requests[0].headers["x-api-key"] == KEY
    assert "[hidden]" in kept
    assert KEY not in kept + caplog.text


def test_key__is_in_no_log_whatever_happens(
    seller: Seller,
    connection: Connection,
    upstream: ScriptedUpstream,
    drain: Drain,
    caplog: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in (friendly, always(429), always(503), lambda _request: None):
        upstream.answer = answer
        make_customer(seller)
        drain()
        make_due()
    upstream.answer = friendly
    monkeypatch.setattr(client, "upstream_id_of", lambda _data: 1 / 0)
    drain()

    assert "ZeroDivisionError" in caplog.text
    assert "Traceback" in caplog.text
    assert KEY not in caplog.text
