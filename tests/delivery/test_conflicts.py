"""An e-mail address that the upstream already has: never a second customer, and a way out for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from customers.delivery import acting
from customers.delivery.draining import Drained
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Connection, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now
from tests.delivery.states import claim_one, edit, entry_of, expire_leases, leave_unclear, linked, make_due
from tests.delivery.upstream import Answer, Request, ScriptedUpstream, always, friendly
from tests.factory import make_customer

Drain = Callable[[], Drained]
TAKEN = always(409, "A customer with this email already exists")


def test_taken__is_tried_again_with_a_corrected_address(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = TAKEN
    customer = make_customer(seller)
    drain()
    blocked = entry_of(customer)
    upstream.answer = friendly

    edit(customer, email="corrected@example.com")
    drain()

    assert (blocked.blocked_why, blocked.last_error) == (
        "email_taken",
        "409 A customer with this email already exists",
    )
    assert entry_of(customer).state == "delivered"


def test_lost_create__is_never_made_a_second_customer_by_an_edit(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com")
    upstream.answer = lambda _request: None
    drain()
    upstream.answer = TAKEN
    make_due()
    drain()
    upstream.answer = friendly

    edit(customer, email="b@example.com")
    acting.retry(OutboxEntry.objects.all())
    upstream.answer = TAKEN
    drain()

    assert entry_of(customer).blocked_why == "link_needed"
    assert {one.body["email"] for one in upstream.requests} == {"a@example.com"}


def test_lost_create__is_linked_under_the_address_it_was_sent_with(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com")
    leave_unclear(customer)
    upstream.answer = TAKEN
    drain()
    edit(customer, email="b@example.com")

    def there(request: Request) -> Answer:
        return 200, {"id": "up-1", "first_name": "John", "email": "a@example.com", **(request.body or {})}, {}

    upstream.answer = there
    acting.link(customer, connection, "up-1")
    drain()

    assert entry_of(customer).state == "delivered"
    assert upstream.requests[-1].method == "PATCH"
    assert upstream.requests[-1].body["email"] == "b@example.com"
    assert UpstreamLink.objects.get().upstream_id == "up-1"


def test_somebody_else_there__is_a_persons_word_for_creating_anew(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com")
    leave_unclear(customer)
    upstream.answer = TAKEN
    drain()
    edit(customer, email="b@example.com")
    upstream.answer = friendly

    acting.create_again(customer, connection)
    drain()

    assert entry_of(customer).state == "delivered"
    assert upstream.requests[-1].body["email"] == "b@example.com"


def test_create_answered_after_its_lease__may_still_be_there(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller, email="a@example.com")
    result = Sender().send(claim_one())
    expire_leases()

    settled = settle([result])
    edit(customer, email="b@example.com")
    upstream.answer = TAKEN
    make_due()
    drain()

    assert settled == 0
    assert [one.body["email"] for one in upstream.requests] == ["a@example.com", "a@example.com"]
    assert entry_of(customer).blocked_why == "link_needed"


def test_address_that_gets_free__is_tried_again_without_anybody(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    first = linked(seller, email="wanted@example.com")
    edit(first, email="other@example.com")
    second = make_customer(seller, email="wanted@example.com")
    OutboxEntry.objects.filter(customer=first).update(not_before=database_now() + timedelta(hours=1))
    upstream.answer = TAKEN
    drain()
    blocked = entry_of(second).blocked_why
    upstream.answer = friendly
    make_due()

    drain()

    assert blocked == "email_taken"
    assert entry_of(second).state == "delivered"
