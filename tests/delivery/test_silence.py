"""No answer: what may have reached the upstream is unclear and waits, what cannot have is simply sent again."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from customers.delivery.draining import Drained
from customers.models import Attempt, Connection, OutboxEntry, Seller
from customers.models.clock import database_now
from tests.delivery.outcomes import KINDS, LATER, UNCLEAR, outcome
from tests.delivery.upstream import ScriptedUpstream
from tests.upstream.hostile import Hostile, say
from tests.upstream.test_tls import certificate

Drain = Callable[[], Drained]


def reset(line: Any, _request: bytes) -> bool:
    """Close so that the other side gets a reset instead of an end."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "talk",
    [reset, say(b""), say(b"HTTP/1.1 201 Cre"), say(b'HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"id": "x"}')],
    ids=["reset", "end", "end in the head", "end in the body"],
)
def test_lost_answer__is_unclear(
    talk: Any, kind: str, seller: Seller, connection: Connection, drain: Drain, settings: Any
) -> None:
    with Hostile(talk) as server:
        settings.MY_VIRTUAL_OFFICE_URL = server.url
        became = outcome(seller, kind, drain)

    assert became == UNCLEAR
    assert len(server.requests) == 1


@pytest.mark.parametrize("setting", ["DELIVERY_DEADLINE", "DELIVERY_READ_TIMEOUT"])
@pytest.mark.parametrize("kind", ["create", "update unclear"])
def test_answer_that_comes_too_late__is_unclear(
    kind: str,
    setting: str,
    seller: Seller,
    connection: Connection,
    upstream: ScriptedUpstream,
    drain: Drain,
    settings: Any,
) -> None:
    setattr(settings, setting, 1.5)
    upstream.answer = lambda _request: time.sleep(10)

    assert outcome(seller, kind, drain) == UNCLEAR


@pytest.mark.parametrize("kind", ["create", "update"])
def test_unclear_call__waits_until_it_can_no_longer_be_applied(
    kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: None

    outcome(seller, kind, drain)

    entry = OutboxEntry.objects.get(state="pending")
    assert entry.ambiguous
    assert entry.not_before == entry.safe_after
    assert timedelta(seconds=1) < entry.not_before - database_now() <= timedelta(seconds=60)
    assert Attempt.objects.get(entry=entry).outcome == "ambiguous"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_nobody_there__is_tried_again_and_nothing_is_unclear(
    host: str, kind: str, seller: Seller, connection: Connection, drain: Drain, settings: Any
) -> None:
    with socket.socket() as taken:
        # Bound, but nobody listens.
        taken.bind(("127.0.0.1", 0))
        settings.MY_VIRTUAL_OFFICE_URL = f"http://{host}:{taken.getsockname()[1]}"
        became = outcome(seller, kind, drain)

    entry = OutboxEntry.objects.get(state="pending")
    assert became == LATER
    assert entry.ambiguous == kind.endswith("unclear")
    assert entry.failing_since is None


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_certificate__pauses_the_connection_and_nothing_is_sent(
    kind: str, seller: Seller, connection: Connection, drain: Drain, settings: Any, tmp_path: Path
) -> None:
    _path, context = certificate(tmp_path)

    with Hostile(say(b""), context) as server:
        settings.MY_VIRTUAL_OFFICE_URL = server.url
        became = outcome(seller, kind, drain)

    assert became == "paused misconfigured"
    assert server.requests == []
