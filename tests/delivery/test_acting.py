"""Linking, trying again, creating anew: each asks the upstream before it believes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from customers.delivery import acting
from customers.delivery.draining import Drained
from customers.exceptions import InvalidInput
from customers.models import Connection, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now
from tests.delivery.states import ENTRIES, claim_one, delete, entry_of, linked
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]


def has(email: str, **members: object) -> Callable[[Request], Answer]:
    """Return an upstream that has one customer, under any id, and takes changes."""

    def answer(request: Request) -> Answer:
        return 200, {"id": request.path.rpartition("/")[2], "email": email, **members, **(request.body or {})}, {}

    return answer


def test_link__sends_what_differs(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com", company_name="Ours")
    same = {"first_name": "John", "last_name": "Doe", "language": "de", "status": "active"}
    upstream.answer = has("A@example.com", company_name="Theirs", **same)

    acting.link(customer, connection, " c-1 ")
    drain()

    assert upstream.methods == ["GET", "PATCH"]
    assert upstream.requests[1].body == {"email": "a@example.com", "company_name": "Ours"}
    assert (UpstreamLink.objects.get().upstream_id, entry_of(customer).state) == ("c-1", "delivered")


@pytest.mark.parametrize("upstream_id", ["", "../x", "a/b", "x" * 65, "ü", "a\0b", "a b", "a?b"])
def test_link__takes_no_junk(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, upstream_id: str
) -> None:
    with pytest.raises(InvalidInput, match="is not an ID"):
        acting.link(make_customer(seller), connection, upstream_id)

    assert upstream.requests == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (always(404, "Customer not found"), "has no customer"),
        (always(401, "Invalid API key"), "401 Invalid API key"),
        (always(500), "500"),
        (has("other@example.com"), "another e-mail address: other@example.com"),
        (has(""), "another e-mail address: —"),
        (lambda _request: (200, {"id": "other", "email": "a@example.com"}, {}), "The upstream said"),
        (lambda _request: None, "did not answer"),
    ],
)
def test_link__is_refused_in_plain_words(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, answer: Callable[[Request], Answer], words: str
) -> None:
    upstream.answer = answer
    customer = make_customer(seller, email="a@example.com")

    with pytest.raises(InvalidInput, match=words):
        acting.link(customer, connection, "c-1")

    assert not UpstreamLink.objects.exists()


def test_link__not_while_a_call_is_under_way(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    customer = make_customer(seller, email="a@example.com")
    claim_one()
    upstream.answer = has("a@example.com")

    with pytest.raises(InvalidInput, match="right now"):
        acting.link(customer, connection, "c-1")


def test_link__not_to_what_another_customer_is(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream
) -> None:
    other = linked(seller, email="a@example.com", last_name="Other")
    taken = UpstreamLink.objects.get().upstream_id
    from tests.delivery.states import edit

    edit(other, email="b@example.com")
    customer = make_customer(seller, email="a@example.com")
    upstream.answer = has("a@example.com")

    with pytest.raises(InvalidInput, match="John Other"):
        acting.link(customer, connection, taken)


def test_link__takes_over_from_one_who_was_deleted(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    gone = linked(seller, email="a@example.com")
    delete(gone)
    drain()
    taken = UpstreamLink.objects.get().upstream_id
    customer = make_customer(seller, email="a@example.com")
    upstream.answer = has("a@example.com", status="inactive")

    acting.link(customer, connection, taken)
    drain()

    assert UpstreamLink.objects.get().customer == customer
    assert upstream.requests[-1].body["status"] == "active"


def test_create_again__only_for_one_who_is_gone(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    upstream.answer = has(customer.email)
    with pytest.raises(InvalidInput, match="still has"):
        acting.create_again(customer, connection)
    upstream.answer = lambda request: friendly(request) if request.method == "POST" else (404, {"message": "no"}, {})

    acting.create_again(customer, connection)
    drain()

    assert upstream.methods[-1] == "POST"
    assert entry_of(customer).state == "delivered"


def test_retry__begins_anew_but_not_before_it_is_safe(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: None
    customer = make_customer(seller)
    drain()

    count = acting.retry(ENTRIES.all())

    entry = entry_of(customer)
    assert (count, entry.tries, entry.failing_since) == (1, 0, None)
    assert entry.not_before - database_now() > timedelta(seconds=50)


def test_retry__leaves_alone_what_is_done_or_under_way(seller: Seller, connection: Connection) -> None:
    linked(seller)
    make_customer(seller)
    claim_one()

    assert acting.retry(ENTRIES.all()) == 0


def test_failed_since__names_what_failed_then_and_still_waits(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(400, "no")
    early, late = make_customer(seller), make_customer(seller)
    drain()
    OutboxEntry.objects.filter(customer=early).update(last_error_at=database_now() - timedelta(hours=2))
    make_customer(seller)

    found = acting.failed_since(ENTRIES.all(), database_now() - timedelta(hours=1))

    assert [entry.customer for entry in found] == [late]
