"""What is sent: the difference to what the upstream last acknowledged, and nothing that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from customers import services
from customers.delivery.draining import Drained
from customers.delivery.sending import Sender
from customers.delivery.settling import settle
from customers.models import Connection, Seller, UpstreamLink
from tests.delivery.states import claim_one, delete, edit, entry_of, linked, make_due
from tests.delivery.upstream import ScriptedUpstream, always, friendly
from tests.factory import make_actor, make_customer

Drain = Callable[[], Drained]
ADDRESS = {"street": "Musterstraße 123", "postal_code": "10115", "city": "Berlin", "country": "Germany"}


def test_new_customer__is_posted_with_what_it_has(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    make_customer(seller, email="a@example.com", company_name="Größle", address_data=ADDRESS, language="fr")

    drain()

    (request,) = upstream.requests
    assert (request.method, request.path) == ("POST", "/api/customers")
    assert request.body == {
        "first_name": "John",
        "last_name": "Doe",
        "email": "a@example.com",
        "company_name": "Größle",
        "language": "en",
        "status": "active",
        "address_data": ADDRESS,
    }
    assert request.headers["x-api-key"] == "sk_live_upstream"
    assert len(request.headers["idempotency-key"]) == 36
    assert UpstreamLink.objects.get().upstream_id == "up-a"


def test_edits__go_out_as_one_patch_of_what_changed(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    for number in range(5):
        edit(customer, company_name=f"v{number}")
    edit(customer, legal_entity="GmbH")

    drain()

    assert [(one.method, one.body) for one in upstream.requests] == [
        ("PATCH", {"company_name": "v4", "legal_entity": "GmbH"})
    ]
    assert upstream.requests[0].path == f"/api/customers/{UpstreamLink.objects.get().upstream_id}"


def test_edit_and_back__is_delivered_without_a_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="New")
    edit(customer, company_name=None)

    drained = drain()

    assert upstream.requests == []
    assert (drained.delivered, entry_of(customer).state) == (1, "delivered")


def test_change_of_what_the_upstream_does_not_know__needs_no_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller, language="fr")
    edit(customer, notes="Only ours", phone_number="+493012345678", language="da")

    drain()

    assert upstream.requests == []
    assert entry_of(customer).state == "delivered"


def test_taken_away__is_sent_as_null(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller, company_name="Old", address_data=ADDRESS)
    edit(customer, company_name=None, address_data=None)

    drain()

    assert upstream.requests[0].body == {"company_name": None, "address_data": None}


def test_deleted__becomes_inactive(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    delete(customer)
    drain()
    services.restore_customer(customer, actor=make_actor())

    drain()

    assert [one.body for one in upstream.requests] == [{"status": "inactive"}, {"status": "active"}]


def test_deleted_before_it_was_ever_sent__needs_no_call(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = make_customer(seller)
    delete(customer)

    drain()

    assert upstream.requests == []
    assert entry_of(customer).state == "delivered"


def test_unclear_update__is_sent_again_even_when_it_was_taken_back(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller, company_name="Old")
    upstream.answer = lambda _request: None
    edit(customer, company_name="New")
    drain()
    edit(customer, company_name="Old")
    upstream.answer = friendly
    make_due()

    drain()

    assert [one.body for one in upstream.requests] == [{"company_name": "New"}, {"company_name": "Old"}]


def test_request_id__of_the_change_goes_along(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    actor: Any = make_actor(request_id="shop-4711")
    services.update_customer(customer, actor=actor, company_name="New")

    drain()

    assert upstream.requests[0].headers["x-correlation-id"] == "shop-4711"


def test_unclear_update__is_sent_again_with_what_changed_since(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    upstream.answer = always(500)
    edit(customer, company_name="v1")
    drain()
    edit(customer, legal_entity="GmbH")
    upstream.answer = friendly
    make_due()

    drain()

    assert upstream.requests[-1].body == {"company_name": "v1", "legal_entity": "GmbH"}
    assert "idempotency-key" not in upstream.requests[-1].headers


def test_deleted_and_gone_upstream__is_a_persons_to_settle(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    delete(customer)
    upstream.answer = always(404)

    drain()

    assert upstream.methods == ["PATCH", "GET"]
    assert entry_of(customer).blocked_why == "gone"


def test_what_a_success_has_settled__is_unsure_no_more(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    customer = linked(seller)
    edit(customer, company_name="v1")
    upstream.answer = lambda _request: None
    drain()
    make_due()
    upstream.answer = friendly
    again = claim_one()
    edit(customer, legal_entity="GmbH")
    settle([Sender().send(again)])
    upstream.answer = lambda _request: None
    drain()
    upstream.answer = friendly
    make_due()

    drain()

    first, last = {"company_name": "v1"}, {"legal_entity": "GmbH"}
    assert [one.body for one in upstream.requests] == [first, first, last, last]
    assert entry_of(customer).state == "delivered"
