"""Claims: evidence before the call, one worker alone, and what becomes of claims whose worker died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from customers.delivery.claims import ClaimLost, claim, release_expired
from customers.delivery.draining import Drained, Worker
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Attempt, Connection, EntryState, OutboxEntry, Outcome, Seller, UpstreamLink
from customers.models.clock import database_now
from customers.systems.my_virtual_office import client
from tests.delivery.states import ENTRIES, claim_one, delete, edit, entry_of, expire_leases, linked, make_due
from tests.delivery.upstream import ScriptedUpstream, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]


def test_claim__leaves_evidence_before_the_call(seller: Seller, connection: Connection) -> None:
    customer = make_customer(seller, email="a@example.com")

    claim_one()

    attempt, entry = Attempt.objects.get(), entry_of(customer)
    assert (attempt.method, attempt.body["email"], attempt.outcome) == ("POST", "a@example.com", Outcome.UNFINISHED)
    assert (entry.state, entry.starts) == (EntryState.SENDING, 1)
    assert entry.lease_until is not None
    assert timedelta(seconds=50) < entry.lease_until - database_now() <= timedelta(seconds=60)


def test_claim__is_one_workers_alone(seller: Seller, connection: Connection) -> None:
    make_customer(seller)
    claim_one()

    assert claim(5, busy={}, slots=5).calls == []


def test_claim__that_another_was_quicker_with_writes_nothing(
    seller: Seller, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    import customers.delivery.claims as module

    make_customer(seller)
    real = module._plans

    def steal(entries: Any, now: Any) -> Any:
        planned = real(entries, now)
        ENTRIES.update(state=EntryState.DELIVERED)
        return planned

    monkeypatch.setattr(module, "_plans", steal)

    with pytest.raises(ClaimLost):
        claim_one()

    assert not Attempt.objects.exists()


def test_entry__that_is_being_sent_is_not_claimed_for_a_newer_edit(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    first = claim_one()

    edit(customer, company_name="v2")
    while_sending = claim(5, busy={}, slots=5).calls
    settle([Sender().send(first)])
    drain()

    assert while_sending == []
    assert [one.body for one in upstream.requests] == [{"company_name": "v1"}, {"company_name": "v2"}]
    assert [entry.state for entry in ENTRIES.filter(customer=customer).order_by("id")] == ["delivered", "delivered"]


def test_customer__has_one_open_entry(seller: Seller, connection: Connection) -> None:
    entry = entry_of(make_customer(seller))
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_dead_worker__leaves_an_unclear_call_that_waits(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller)
    claim_one()

    early = release_expired()
    expire_leases()
    entry = entry_of(customer)
    drain()

    assert early == 0
    assert (entry.state, entry.ambiguous, entry.waiting_for) == ("pending", True, "ambiguous")
    assert timedelta(seconds=50) < entry.not_before - database_now() <= timedelta(seconds=60)
    assert upstream.requests == []
    make_due()
    drain()
    assert entry_of(customer).state == "delivered"


def test_stale_worker__settles_nothing(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    stale = Sender().send(claim_one())
    expire_leases()
    before = ENTRIES.values().get(pk=entry_of(customer).pk)

    settled = settle([stale])

    assert settled == 0
    assert ENTRIES.values().get(pk=entry_of(customer).pk) == before
    assert UpstreamLink.objects.get().acknowledged["company_name"] is None


def test_stale_worker__does_not_settle_the_claim_of_another(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    customer = make_customer(seller)
    stale = Sender().send(claim_one())
    expire_leases()
    make_due()
    current = claim_one()

    settled = settle([stale])

    assert settled == 0
    assert (entry_of(customer).state, entry_of(customer).lease) == ("sending", current.lease)


def test_claim__is_not_sent_when_its_lease_would_not_last(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, settings: Any
) -> None:
    settings.DELIVERY_LEASE = 30
    customer = make_customer(seller)
    claimed = claim_one()
    settings.DELIVERY_DEADLINE = 31

    settle([Sender().send(claimed)])

    assert upstream.requests == []
    assert (entry_of(customer).state, entry_of(customer).starts, entry_of(customer).tries) == ("pending", 0, 0)


def test_entry__over_which_three_workers_died_is_blocked_and_no_other(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    poison = make_customer(seller)
    for _death in range(3):
        make_due()
        claim_one()
        expire_leases()
    others = [make_customer(seller) for _number in range(5)]

    drain()

    entry = entry_of(poison)
    assert (entry.state, entry.blocked_why) == ("blocked", "crashed")
    assert {entry_of(other).state for other in others} == {"delivered"}


def test_entry__over_which_workers_died_is_tried_with_nothing_beside_it(seller: Seller, connection: Connection) -> None:
    poison = make_customer(seller)
    for _death in range(2):
        make_due()
        claim_one()
        expire_leases()
    make_customer(seller)
    make_due()

    claims = claim(5, busy={}, slots=5)

    assert claims.is_alone
    assert [one.entry.customer_id for one in claims.calls] == [poison.pk]


def test_result__of_a_connection_that_is_gone_is_no_error(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    make_customer(seller)
    result = Sender().send(claim_one())
    Connection.objects.all().delete()

    assert settle([result]) == 0


def test_customer__nobody_can_render_blocks_nobody_else(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = make_customer(seller, last_name="Broken"), make_customer(seller)
    real = client.render

    def render(customer: Any, known: Any = None) -> Any:
        if customer.last_name == "Broken":
            raise KeyError("nothing")
        return real(customer, known)

    monkeypatch.setattr(client, "render", render)

    drain()

    assert (entry_of(broken).state, entry_of(broken).blocked_why) == ("blocked", "not_sendable")
    assert entry_of(fine).state == "delivered"


def test_stopped_worker__finishes_what_is_under_way(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, worker: Worker
) -> None:
    for _number in range(30):
        make_customer(seller)

    def stop_then_answer(request: Any) -> Any:
        worker.stop()
        return friendly(request)

    upstream.answer = stop_then_answer

    worker.drain()

    states = list(ENTRIES.values_list("state", flat=True))
    assert OutboxEntry.objects.filter(state=EntryState.SENDING).count() == 0
    assert 1 <= states.count("delivered") < 30
    assert states.count("delivered") == len(upstream.requests)


def test_deleted_customer__keeps_the_order_of_what_came_before(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    first = claim_one()
    delete(customer)
    settle([Sender().send(first)])

    drain()

    assert [one.body for one in upstream.requests] == [{"company_name": "v1"}, {"status": "inactive"}]
