"""A database restored from a backup sends nothing until an operator has said so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from customers.delivery.draining import Drained
from customers.delivery.restore import RestoreDetected, acknowledge_restore, refuse_if_restored
from customers.models import Connection, DeliveryEpoch, Seller
from tests.delivery.states import edit, linked
from tests.delivery.upstream import ScriptedUpstream
from tests.factory import make_customer

Drain = Callable[[], Drained]


def deliver_something(seller: Seller, drain: Drain) -> None:
    make_customer(seller)
    drain()


def test_database__that_counts_on_is_itself(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    for _time in range(3):
        deliver_something(seller, drain)

    assert len(upstream.requests) == 3


def test_older_database__sends_nothing_until_it_is_acknowledged(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    deliver_something(seller, drain)
    backup = DeliveryEpoch.objects.get().claims
    deliver_something(seller, drain)
    DeliveryEpoch.objects.update(claims=backup)
    edit(linked(seller), company_name="Old")
    upstream.requests.clear()

    for _time in range(2):
        with pytest.raises(RestoreDetected):
            drain()
    sent = len(upstream.requests)
    was_halted = acknowledge_restore()
    drain()

    assert sent == 0
    assert was_halted
    assert len(upstream.requests) == 1


def test_halt__holds_on_machines_that_know_nothing_of_it(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: object
) -> None:
    for _time in range(2):
        deliver_something(seller, drain)
    DeliveryEpoch.objects.update(claims=0)
    with pytest.raises(RestoreDetected):
        refuse_if_restored()
    settings.DATA_DIR = settings.DATA_DIR / "other"  # type: ignore[attr-defined]
    settings.DATA_DIR.mkdir()  # type: ignore[attr-defined]
    upstream.requests.clear()

    with pytest.raises(RestoreDetected):
        deliver_something(seller, drain)

    assert upstream.requests == []


def test_acknowledging__what_was_not_restored_changes_nothing(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    deliver_something(seller, drain)

    assert not acknowledge_restore()
    deliver_something(seller, drain)

    assert len(upstream.requests) == 2
