"""A database restored from a backup sends nothing until an operator has said so."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from customers.delivery.draining import Drained
from customers.delivery.restore import RestoreDetected, acknowledge_restore, count_claim, refuse_if_restored, witness
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
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: Any
) -> None:
    for _time in range(2):
        deliver_something(seller, drain)
    DeliveryEpoch.objects.update(claims=0)
    with pytest.raises(RestoreDetected):
        refuse_if_restored()
    settings.DATA_DIR = settings.DATA_DIR / "other"
    settings.DATA_DIR.mkdir()
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


@pytest.mark.parametrize("content", [b"", b"junk", b"[]", b"null", b"{}", b'{"another": 99}', b"\xff\xfe"])
def test_damaged_file__is_taken_for_a_new_machine(
    content: bytes, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: Any
) -> None:
    (settings.DATA_DIR / "delivery_seen.json").write_bytes(content)

    for _time in range(2):
        deliver_something(seller, drain)

    assert len(upstream.requests) == 2
    assert DeliveryEpoch.objects.get().claims == 2


def test_another_database__on_the_same_machine_is_not_taken_for_a_restored_one(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    for _time in range(3):
        deliver_something(seller, drain)
    first = DeliveryEpoch.objects.get()
    DeliveryEpoch.objects.update(epoch=uuid.uuid4(), claims=0)
    deliver_something(seller, drain)
    DeliveryEpoch.objects.update(epoch=first.epoch, claims=first.claims - 1)

    with pytest.raises(RestoreDetected):
        drain()

    assert len(upstream.requests) == 4


def test_restored_database__is_acknowledged_once_for_all_machines(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, settings: Any
) -> None:
    mine, others = settings.DATA_DIR, settings.DATA_DIR / "other"
    others.mkdir()
    for folder in (mine, others, mine):
        settings.DATA_DIR = folder
        deliver_something(seller, drain)
    DeliveryEpoch.objects.update(claims=1)
    settings.DATA_DIR = others
    with pytest.raises(RestoreDetected):
        drain()

    acknowledge_restore()
    for folder in (others, mine):
        settings.DATA_DIR = folder
        deliver_something(seller, drain)

    assert len(upstream.requests) == 5


def test_worker_that_was_slower__does_not_take_the_count_back(seller: Seller) -> None:
    refuse_if_restored()
    slower, faster = count_claim(), count_claim()
    witness(faster)

    witness(slower)

    DeliveryEpoch.objects.update(claims=slower.claims)
    with pytest.raises(RestoreDetected):
        refuse_if_restored()
