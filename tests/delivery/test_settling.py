"""What came of calls is written down by who still holds the lease, and an edit made meanwhile is never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from customers.delivery import connections
from customers.delivery.claims import claim
from customers.delivery.draining import Drained
from customers.delivery.restore import refuse_if_restored
from customers.delivery.sending import Sender
from customers.delivery.settling import Result, settle
from customers.models import Attempt, Connection, OutboxEntry, Outcome, Seller, UpstreamLink
from tests.delivery.states import claim_one, edit, entry_of, expire_leases, leave_unclear, linked, make_due, make_many
from tests.delivery.upstream import ScriptedUpstream, always, friendly
from tests.factory import make_customer, make_seller

Drain = Callable[[], Drained]


def send_all() -> list[Result]:
    """Claim everything that is due and make the calls."""
    refuse_if_restored()
    sender = Sender()
    return [sender.send(one) for one in claim(50, busy={}, slots=50).calls]


@pytest.mark.parametrize("status", [400, 409, 418])
def test_edit_during_a_refused_call__is_tried_once_more(
    status: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    upstream.answer = always(status, "no")
    refused = Sender().send(claim_one())
    edit(customer, company_name="v2")

    settle([refused])
    between = entry_of(customer)
    drain()

    assert (between.state, between.blocked_why, between.last_error) == ("pending", "", f"{status} no")
    assert entry_of(customer).state == "blocked"
    assert [one.body for one in upstream.requests] == [{"company_name": "v1"}, {"company_name": "v2"}]


@pytest.mark.parametrize("status", [400, 409, 418])
def test_blocked_customer__is_tried_again_after_an_edit_without_an_operator(
    status: int, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    upstream.answer = always(status, "no")
    drain()
    blocked = entry_of(customer)
    upstream.answer = friendly

    edit(customer, company_name="v2")
    drain()

    assert blocked.state == "blocked"
    assert (entry_of(customer).pk, entry_of(customer).state) == (blocked.pk, "delivered")
    assert upstream.requests[-1].body == {"company_name": "v2"}


def test_edit_during_a_repeated_create_that_conflicts__still_needs_a_person(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    customer = make_customer(seller, email="a@example.com")
    leave_unclear(customer)
    edit(customer, company_name="New")
    upstream.answer = always(409, "taken")
    conflict = Sender().send(claim_one())
    edit(customer, email="b@example.com")

    settle([conflict])

    assert (entry_of(customer).state, entry_of(customer).blocked_why) == ("blocked", "link_needed")


@pytest.mark.parametrize(
    ("status", "noted"), [(201, Outcome.AMBIGUOUS), (400, Outcome.REFUSED), (503, Outcome.NOT_TAKEN)]
)
def test_result_after_the_lease__is_kept_with_the_attempt_alone(
    status: int, noted: Outcome, seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    customer = make_customer(seller)
    upstream.answer = friendly if status == 201 else always(status, "words")
    late = Sender().send(claim_one())
    expire_leases()
    rows = OutboxEntry.objects.values().get(), Connection.objects.values().get()

    settled = settle([late])

    assert settled == 0
    assert (OutboxEntry.objects.values().get(), Connection.objects.values().get()) == rows
    assert entry_of(customer).ambiguous
    assert not UpstreamLink.objects.exists()
    assert (Attempt.objects.get().outcome, Attempt.objects.get().status) == (noted, status)


def test_same_result_twice__is_settled_once(seller: Seller, connection: Connection, upstream: ScriptedUpstream) -> None:
    make_customer(seller)
    result = Sender().send(claim_one())

    assert [settle([result]), settle([result])] == [1, 0]
    assert OutboxEntry.objects.get().state == "delivered"


@pytest.mark.parametrize("together", [True, False])
def test_one_upstream_id_for_two_customers__is_nonsense_for_the_second(
    together: bool, seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    make_many(connection, 2)
    upstream.answer = lambda request: (201, {"id": "up-1", **request.body}, {})
    results = send_all()

    for batch in [results] if together else [[one] for one in results]:
        settle(batch)

    assert UpstreamLink.objects.count() == 1
    assert sorted(OutboxEntry.objects.values_list("state", "misunderstood")) == [("delivered", 0), ("pending", 1)]


def test_one_upstream_id_at_two_sellers__is_fine(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    make_many(connection, 1)
    make_many(connections.connect(make_seller("other"), "my_virtual_office", "sk_live_other")[0], 1)
    upstream.answer = lambda request: (201, {"id": "up-1", **request.body}, {})

    settled = settle(send_all())

    assert settled == 2
    assert UpstreamLink.objects.filter(upstream_id="up-1").count() == 2


def test_connection_that_went_away__takes_only_its_own_results_along(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    make_many(connection, 2)
    other, _is_new = connections.connect(make_seller("other"), "my_virtual_office", "sk_live_other")
    make_many(other, 2)
    results = send_all()
    connection.delete()

    settled = settle(results)

    assert settled == 2
    assert set(OutboxEntry.objects.values_list("connection", "state")) == {(other.pk, "delivered")}


def test_batch__puts_each_entry_where_its_own_answer_says(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    answers = {
        "fine": friendly,
        "wrong": always(422, "no"),
        "lost": always(500),
        "later": always(408),
    }
    for name in answers:
        make_customer(seller, email=f"{name}@example.com")
    upstream.answer = lambda request: answers[request.body["email"].partition("@")[0]](request)

    settle(send_all())

    found = OutboxEntry.objects.values_list("customer__email", "state", "waiting_for", "blocked_why", "lease")
    assert {email.partition("@")[0]: rest for email, *rest in found} == {
        "fine": ["delivered", "", "", None],
        "wrong": ["blocked", "", "rejected", None],
        "lost": ["pending", "ambiguous", "", None],
        "later": ["pending", "retry", "", None],
    }


def test_value_refused_for_certain__leaves_no_doubt_behind(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com")
    leave_unclear(customer)
    upstream.answer = always(400, "body/email is wrong")
    drain()
    edit(customer, email="b@example.com")
    upstream.answer = friendly
    make_due()

    drain()

    # Not applied: what is sent is what the customer is now, not the first try to the letter.
    assert [one.body["email"] for one in upstream.requests] == ["a@example.com", "b@example.com"]
    assert entry_of(customer).state == "delivered"
