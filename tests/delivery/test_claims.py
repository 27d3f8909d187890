"""Claims under way at once: each entry is one worker's, and what is sent is the customer as it is by then."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database

from customers.delivery import connections
from customers.delivery.claims import ClaimLost, claim
from customers.delivery.draining import Worker
from customers.delivery.plan import Claim
from customers.delivery.restore import RestoreDetected, refuse_if_restored
from customers.models import Attempt, DeliveryEpoch, Seller
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, claim_one, edit, entry_of, linked, make_many
from tests.delivery.upstream import ScriptedUpstream
from tests.factory import make_customer, make_seller
from tests.parts import wait_for

LOCK = 4711


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Do some work in a thread with a database connection of its own, and wait for it in the end."""

    def run() -> None:
        try:
            work()
        finally:
            database.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join(timeout=60)
    assert not thread.is_alive()


def race(racers: int, work: Callable[[], list[Claim]]) -> list[list[Claim]]:
    """Let several do the same at once; return what each got."""
    start = threading.Barrier(racers)
    found: list[list[Claim]] = [[] for _racer in range(racers)]

    def run(place: int) -> None:
        try:
            start.wait(timeout=30)
            found[place] = work()
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(racers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def claim_until_nothing_is_left() -> list[Claim]:
    taken: list[Claim] = []
    empty = 0
    # Somebody who was quicker is no reason to stop.
    while empty < 3:
        try:
            calls = claim(4, busy={}, slots=4).calls
        except ClaimLost:
            continue
        taken += calls
        empty = 0 if calls else empty + 1
    return taken


@pytest.mark.django_db(transaction=True)
def test_workers_at_once__never_claim_the_same() -> None:
    for name in ("a", "b", "c"):
        make_many(connections.connect(make_seller(name), "my_virtual_office", f"sk_live_{name}")[0], 30)
    refuse_if_restored()

    found = race(4, claim_until_nothing_is_left)

    claimed = Counter(one.entry.pk for taken in found for one in taken)
    assert max(claimed.values()) == 1
    assert len(claimed) == ENTRIES.filter(state="sending").count() == Attempt.objects.count() == 90
    assert len({one.lease for taken in found for one in taken}) > 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once__send_each_change_once(upstream: ScriptedUpstream) -> None:
    make_many(connections.connect(make_seller(), "my_virtual_office", "sk_live_upstream")[0], 60)
    refuse_if_restored()

    def deliver() -> list[Claim]:
        worker = Worker(2)
        worker.drain(seconds=30)
        worker.close()
        return []

    race(3, deliver)

    sent = Counter(one.body["email"] for one in upstream.requests)
    assert (len(sent), max(sent.values())) == (60, 1)
    assert set(ENTRIES.values_list("state", flat=True)) == {"delivered"}


def wait_in_next_query(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Let the statement that locks entries wait for an advisory lock once it has begun, with what it sees fixed."""
    if "customers_outboxentry" in sql and "SKIP LOCKED" in sql:
        sql = sql.replace(" WHERE ", f" WHERE (SELECT pg_advisory_lock_shared({LOCK})) IS NOT NULL AND ", 1)
    return execute(sql, params, many, context)


def ask(sql: str) -> Any:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_edit_in_the_middle_of_a_claim__is_sent_with_it_or_after_it() -> None:
    if database.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    seller = make_seller()
    connections.connect(seller, "my_virtual_office", "sk_live_upstream")
    customer = linked(seller)
    edit(customer, company_name="v1")
    refuse_if_restored()
    waiting = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted"
    locked = threading.Event()

    def edit_meanwhile() -> None:
        ask(f"SELECT pg_advisory_lock({LOCK})::text")
        locked.set()
        try:
            wait_for(lambda: ask(waiting))
            edit(customer, company_name="v2")
        finally:
            ask(f"SELECT pg_advisory_unlock({LOCK})")

    with beside(edit_meanwhile):
        assert locked.wait(timeout=30)
        with database.execute_wrapper(wait_in_next_query):
            claimed = claim_one()
    ask("SELECT pg_advisory_unlock_all()::text")

    entry = entry_of(customer)
    assert entry.version == 3
    covered = entry.sent_version == entry.version
    assert claimed.plan.body == {"company_name": "v2" if covered else "v1"}


@pytest.mark.django_db(transaction=True)
def test_halt_by_another_machine__leaves_no_claim() -> None:
    seller = make_seller()
    connections.connect(seller, "my_virtual_office", "sk_live_upstream")
    customer = make_customer(seller)
    refuse_if_restored()
    DeliveryEpoch.objects.update(halted_since=database_now())

    with pytest.raises(RestoreDetected):
        claim(1, busy={}, slots=1)

    assert (entry_of(customer).state, entry_of(customer).starts) == ("pending", 0)
    assert not Attempt.objects.exists()


def test_oldest__is_claimed_first(seller: Seller, connection: Any) -> None:
    customers = [make_customer(seller) for _number in range(3)]
    now = database_now()
    for place, customer in enumerate(reversed(customers)):
        ENTRIES.filter(customer=customer).update(not_before=now.replace(year=2020 + place))

    assert [claim_one().entry.customer_id for _time in customers] == [one.pk for one in reversed(customers)]


def test_entry_that_waits__is_not_claimed_along_with_one_that_is_due(seller: Seller, connection: Any) -> None:
    waiting, due = make_customer(seller), make_customer(seller)
    ENTRIES.filter(customer=waiting).update(not_before=database_now() + timedelta(minutes=10))
    refuse_if_restored()

    claims = claim(10, busy={}, slots=10)

    assert [one.entry.customer_id for one in claims.calls] == [due.pk]


def test_entry_over_which_workers_died__is_not_claimed_beside_calls_under_way(seller: Seller, connection: Any) -> None:
    suspect, fine = make_customer(seller), make_customer(seller)
    ENTRIES.filter(customer=suspect).update(starts=2)
    refuse_if_restored()

    claims = claim(10, busy={connection.pk: 1}, slots=40)

    assert [one.entry.customer_id for one in claims.calls] == [fine.pk]
    assert not claims.is_alone
