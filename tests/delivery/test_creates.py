"""Creates that are sent again: to the letter and under their key as long as the first may have been applied."""

from __future__ import annotations

from collections.abc import Callable

from customers.delivery import acting
from customers.delivery.draining import Drained
from customers.models import Connection, OutboxEntry, Seller
from tests.delivery.states import delete, edit, leave_unclear, make_due
from tests.delivery.upstream import ScriptedUpstream, always, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]


def test_unclear_create__is_repeated_to_the_letter_and_brought_up_to_date_then(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="old@example.com")
    upstream.answer = lambda _request: None
    drain()
    edit(customer, email="new@example.com")
    upstream.answer = friendly
    make_due()

    drain()

    first, again, patch = upstream.requests
    assert (again.method, again.body) == ("POST", first.body)
    assert again.headers["idempotency-key"] == first.headers["idempotency-key"]
    assert (patch.method, patch.body) == ("PATCH", {"email": "new@example.com"})


def test_create_after_a_refusal__has_a_key_of_its_own(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(400, "body/last_name is wrong")
    customer = make_customer(seller)
    drain()
    edit(customer, last_name="Right")
    upstream.answer = friendly

    drain()

    first, second = upstream.requests
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]
    assert second.body["last_name"] == "Right"


def test_create_that_was_not_taken__keeps_its_key(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(503)
    make_customer(seller)
    drain()
    upstream.answer = friendly
    make_due()

    drain()

    first, second = upstream.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_deleted_while_its_create_is_unclear__is_created_and_made_inactive(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller)
    leave_unclear(customer)
    delete(customer)

    drain()

    assert [(one.method, one.body["status"]) for one in upstream.requests] == [
        ("POST", "active"),
        ("PATCH", "inactive"),
    ]


def test_refused_create__that_is_sent_again_as_it_was_has_a_key_of_its_own(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(400, "not today")
    make_customer(seller)
    drain()
    upstream.answer = friendly

    acting.retry(OutboxEntry.objects.all())
    drain()

    # An upstream that keeps answers under their keys would only repeat its refusal.
    first, second = upstream.requests
    assert first.body == second.body
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


def test_unclear_create__keeps_its_key_while_the_connection_is_refused(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    make_customer(seller)
    for answer in (lambda _request: None, always(401), always(302), always(404), always(503), friendly):
        upstream.answer = answer
        drain()
        make_due()

    # None of them looked at the create: the first call may have made the customer, under this key.
    assert len(upstream.requests) == 6
    assert len({one.headers["idempotency-key"] for one in upstream.requests}) == 1
    assert len({str(one.body) for one in upstream.requests}) == 1
