"""Every refusal: the documented envelope, the right status, the caller's correlation id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers import services
from customers.models import ApiKey, Customer, Seller
from customers.models.api_key import generate_key
from tests.factory import make_actor, make_api_key, make_customer, make_seller
from tests.systems.pexip_engage.api import Api, answered, assert_refused


@pytest.mark.parametrize("authorization", ["Bearer {key}", "bearer {key}", "BEARER   {key} "])
def test_401__spellings_that_are_accepted(api: Api, seller: Seller, authorization: str) -> None:
    customer = make_customer(seller)

    response = Api("").get(customer.pk, Authorization=authorization.format(key=api.key))

    assert response.status_code == 200


@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer", "Bearer ", "Token {key}", "{key}", "Bearer x"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_401__no_key_or_a_bad_one(api: Api, seller: Seller, authorization: str, method: str) -> None:
    path = api.path(make_customer(seller).pk)

    response = Api("").send(
        method, path, {} if method == "PATCH" else None, Authorization=authorization.format(key=api.key)
    )

    assert_refused(response, 401)


def test_401__never_issued_expired_revoked(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    unknown = Api(generate_key()).get(customer.pk)
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = api.get(customer.pk)
    services.revoke_api_key(ApiKey.objects.get().prefix)
    revoked = api.get(customer.pk)

    for response in (unknown, expired, revoked):
        assert_refused(response, 401)


def test_401__tells_nothing_about_enterprises(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    answers = [Api("", enterprise).get(customer.pk).content for enterprise in ("acme", "nobody")]

    assert answers[0] == answers[1]
    assert b"401" in answers[0]


def test_401__a_key_in_the_address_is_not_read(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    response = Api("").get(f"{customer.pk}?access_token={api.key}&api_key={api.key}")

    assert_refused(response, 401)


def test_403__scopes(seller: Seller) -> None:
    customer = make_customer(seller)
    reader = Api(make_api_key(seller, scopes=["read"])[1])
    writer = Api(make_api_key(seller, scopes=["write"])[1])

    assert answered(reader.get(customer.pk))["firstName"] == "John"
    assert_refused(reader.patch(customer.pk, {"firstName": "Jane"}), 403)
    assert_refused(writer.get(customer.pk), 403)
    assert answered(writer.patch(customer.pk, {"lastName": "Roe"}))["lastName"] == "Roe"
    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name) == ("John", "Roe")


@pytest.mark.parametrize("kind", ["malformed", "unknown", "foreign", "seller", "blank", "bytes", "null", "long"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_404__no_such_customer(api: Api, seller: Seller, kind: str, method: str) -> None:
    foreign = make_customer(make_seller("other"))
    ids = {"malformed": "1234", "unknown": "0190a000-0000-7000-8000-000000000000", "foreign": foreign.pk}
    ids |= {"seller": seller.pk, "blank": "%20", "bytes": "%ff%fe", "null": "%00", "long": "a" * 5000}

    response = api.send(method, api.path(ids[kind]), {"firstName": "Jane"} if method == "PATCH" else None)

    assert_refused(response, 404)
    foreign.refresh_from_db()
    assert foreign.first_name == "John"


@pytest.mark.parametrize("enterprise", ["other", "nobody", "ACME", "Acme", "acme%20", "%61cme%2f", "acm", "%ff"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_404__enterprise_of_another_key(api: Api, seller: Seller, enterprise: str, method: str) -> None:
    own, foreign = make_customer(seller), make_customer(make_seller("other"))
    body = {"firstName": "Jane"} if method == "PATCH" else None

    for customer in (own, foreign):
        response = api.send(method, f"/enterprises/{enterprise}/customers/{customer.pk}", body)
        assert_refused(response, 404)
    assert set(Customer.objects.values_list("first_name", flat=True)) == {"John"}


@pytest.mark.parametrize(
    "path",
    [
        *("/enterprises/", "/enterprises/acme", "/enterprises/acme/", "/enterprises/acme/customers"),
        *("/enterprises/acme/customers/", "/enterprises/acme/customers/{id}/", "/enterprises/acme/customers/{id}/x"),
        *("/enterprises/acme/Customers/{id}", "/enterprises/acme/offices/{id}", "/enterprises//customers/{id}"),
        *("/enterprises/customers/{id}", "/enterprises/acme/customers//{id}", "/enterprises/acme/x/customers/{id}"),
    ],
)
def test_404__unknown_path(api: Api, seller: Seller, path: str) -> None:
    customer = make_customer(seller)

    assert_refused(api.send("GET", path.format(id=customer.pk)), 404)


@pytest.mark.parametrize("body", [{}, {"firstName": "Jane"}, {"firstName": None, "lastName": None}, {"email": "x"}])
def test_404__change_of_a_deleted_customer(api: Api, seller: Seller, body: dict[str, Any]) -> None:
    customer = services.delete_customer(make_customer(seller), actor=make_actor())

    response = api.patch(customer.pk, body)

    assert_refused(response, 404)
    assert api.read(customer)["firstName"] == "John"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_405__other_methods(api: Api, seller: Seller, method: str) -> None:
    customer = make_customer(seller)

    response = api.send(method, api.path(customer.pk), {"firstName": "Jane"} if method in ("POST", "PUT") else None)

    assert_refused(response, 405)
    allowed = {name.strip() for name in response["Allow"].split(",")}
    assert {"GET", "PATCH"} <= allowed <= {"GET", "HEAD", "PATCH"}
    assert api.read(customer)["firstName"] == "John"
