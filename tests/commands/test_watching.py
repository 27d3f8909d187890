"""`deliver_outbox --watch`: delivers what comes, ends with SIGTERM or with its parent, leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from customers.models import EntryState, OutboxEntry, Seller
from tests.delivery.upstream import Request, ScriptedUpstream, friendly
from tests.factory import make_customer
from tests.parts import ROOT, environment, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watching(variables: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Start `deliver_outbox --watch`."""
    started: list[Any] = []

    def start(*arguments: str) -> Any:
        line = [sys.executable, "manage.py", "deliver_outbox", "--watch", *arguments]
        started.append(subprocess.Popen(line, cwd=ROOT, env=environment(**variables), stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_watch__finishes_what_is_under_way_when_it_is_told_to_end(
    seller: Seller, upstream: ScriptedUpstream, watching: Callable[..., Any]
) -> None:
    def slowly(request: Request) -> Any:
        time.sleep(1)
        return friendly(request)

    upstream.answer = slowly
    process = watching("--concurrency", "2")
    for _number in range(10):
        make_customer(seller)
    wait_for(lambda: upstream.requests)

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 0
    delivered = OutboxEntry.objects.filter(state=EntryState.DELIVERED).count()
    assert delivered == len(upstream.requests) >= 1
    assert not OutboxEntry.objects.filter(state=EntryState.SENDING).exists()


def test_watch__ends_with_its_parent(seller: Seller, watching: Callable[..., Any]) -> None:
    process = watching("--parent", str(os.getppid()))

    assert process.wait(timeout=30) == 0


def test_watch__delivers_what_comes(seller: Seller, upstream: ScriptedUpstream, watching: Callable[..., Any]) -> None:
    watching()
    make_customer(seller)
    wait_for(lambda: OutboxEntry.objects.filter(state=EntryState.DELIVERED).count() == 1)

    make_customer(seller)

    wait_for(lambda: OutboxEntry.objects.filter(state=EntryState.DELIVERED).count() == 2)
