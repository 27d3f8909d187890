"""The one function that delivers: it stops where it is told to, and writes down what was sent, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database

from customers import tasks
from customers.delivery import connections, draining
from customers.delivery.draining import Drained, Worker
from customers.delivery.restore import RestoreDetected
from customers.models import Connection, DeliveryEpoch, Seller
from customers.models.clock import database_now
from customers.systems.my_virtual_office import client
from tests.delivery.states import ENTRIES, entry_of, make_many
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer, make_seller
from tests.parts import wait_for

Drain = Callable[[], Drained]


def states() -> set[str]:
    return set(ENTRIES.values_list("state", flat=True))


@pytest.mark.parametrize("limit", [1, 7, 29, 30, 99])
def test_limit__is_how_many_calls_are_made(
    limit: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, worker: Worker
) -> None:
    make_many(connection, 30)

    drained = worker.drain(limit=limit, seconds=30)

    assert len(upstream.requests) == drained.calls == min(limit, 30)
    assert ENTRIES.filter(state="delivered").count() == min(limit, 30)
    assert not ENTRIES.filter(state="sending").exists()


def test_drained__says_what_was_done(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    wrong = always(400)
    make_customer(seller, email="wrong@example.com")
    make_many(connection, 4)
    upstream.answer = lambda one: (wrong if one.body["email"] == "wrong@example.com" else friendly)(one)

    drained = drain()

    assert (drained.delivered, drained.calls, dict(drained.acts)) == (4, 5, {"delivered": 4, "block": 1})


def test_progress__counts_every_change_once(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, worker: Worker
) -> None:
    make_many(connection, 20)
    counted: list[int] = []

    worker.drain(seconds=30, progress=counted.append)

    assert sum(counted) == 20


def test_time_that_is_over__begins_no_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, worker: Worker
) -> None:
    make_many(connection, 5)

    worker.drain(seconds=-1)

    assert upstream.requests == []
    assert states() == {"pending"}


def test_stopped_worker__begins_no_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, worker: Worker
) -> None:
    make_many(connection, 5)
    worker.stop()

    worker.drain(seconds=30)

    assert upstream.requests == []
    assert states() == {"pending"}


def test_changes_that_come_meanwhile__are_delivered_too(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_many(connection, 3)
    settle = draining.settle_surely

    def settle_and_edit(results: Any) -> None:
        settle(results)
        if len(upstream.requests) < 10:
            make_customer(seller)

    monkeypatch.setattr(draining, "settle_surely", settle_and_edit)

    drain()

    assert len(upstream.requests) >= 10
    assert states() == {"delivered"}


def test_mistake_of_ours_after_the_call__is_unclear_and_harms_nobody_else(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = client.upstream_id_of
    broken, fine = make_customer(seller, email="broken@example.com"), make_customer(seller)

    def upstream_id_of(data: Any) -> str | None:
        if data["id"] == "up-broken":
            raise KeyError("nothing")
        return real(data)

    monkeypatch.setattr(client, "upstream_id_of", upstream_id_of)

    drain()

    assert (entry_of(broken).state, entry_of(broken).ambiguous) == ("pending", True)
    assert entry_of(broken).last_error == "Frontdesk: KeyError"
    assert entry_of(fine).state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_halt_while_calls_are_under_way__writes_down_what_was_sent(upstream: ScriptedUpstream, worker: Worker) -> None:
    make_many(connections.connect(make_seller(), "my_virtual_office", "sk_live_upstream")[0], 40)

    def halt(request: Request) -> Answer:
        DeliveryEpoch.objects.update(halted_since=database_now())
        if upstream.requests.index(request) >= 4:
            # Still under way when the worker finds that it may claim nothing more.
            wait_for(lambda: ENTRIES.filter(state="delivered").count() >= 4)
        database.close()
        return friendly(request)

    upstream.answer = halt

    with pytest.raises(RestoreDetected):
        worker.drain(seconds=30)

    assert ENTRIES.filter(state="delivered").count() == len(upstream.requests) > 0
    assert ENTRIES.filter(state="pending").count() == 40 - len(upstream.requests)


@pytest.mark.django_db(transaction=True)
def test_database_that_drops_its_lines__loses_no_answer(upstream: ScriptedUpstream, worker: Worker) -> None:
    if database.vendor == "sqlite":
        pytest.skip("A file has no lines to drop.")
    seller = make_seller()
    connections.connect(seller, "my_virtual_office", "sk_live_upstream")
    customer = make_customer(seller)

    def drop(request: Request) -> Answer:
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        database.close()
        return friendly(request)

    upstream.answer = drop

    worker.drain(seconds=30)

    assert len(upstream.requests) == 1
    assert entry_of(customer).state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_task__delivers_what_is_due_and_keeps_its_worker(
    upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    monkeypatch.setattr(draining, "_worker", worker)
    seller = make_seller()
    connections.connect(seller, "my_virtual_office", "sk_live_upstream")
    for _time in range(3):
        make_customer(seller)
        tasks.deliver()

    assert len(upstream.requests) == 3
    assert states() == {"delivered"}
    assert draining.process_worker(99) is worker
