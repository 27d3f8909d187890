from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers import services
from customers.models import ApiKey, Customer, Seller
from customers.models.api_key import generate_key
from tests.factory import make_api_key, make_customer
from tests.systems.my_virtual_office.api import Api, assert_refused

MISSING = "API key is required. Provide it via X-API-Key header or Authorization Bearer token."


@pytest.mark.parametrize("authorization", ["Bearer {key}", "bearer {key}", "BEARER   {key} "])
def test_key__as_bearer(seller: Seller, authorization: str) -> None:
    key = make_api_key(seller)[1]

    response = Api("").get("/api/customers", Authorization=authorization.format(key=key))

    assert response.status_code == 200


@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer", "Bearer ", "Token {key}", "{key}"])
def test_key__missing(seller: Seller, authorization: str) -> None:
    key = make_api_key(seller)[1]

    response = Api("").get("/api/customers", Authorization=authorization.format(key=key))

    assert_refused(response, 401, "Unauthorized", MISSING)


def test_key__x_api_key_wins_over_bearer(seller: Seller) -> None:
    key = make_api_key(seller)[1]

    wrong_first = Api("wrong").get("/api/customers", Authorization=f"Bearer {key}")
    right_first = Api(key).get("/api/customers", Authorization="Bearer wrong")

    assert_refused(wrong_first, 401, "Unauthorized", "Invalid API key")
    assert right_first.status_code == 200


def test_key__in_the_address_is_not_read(seller: Seller) -> None:
    key = make_api_key(seller)[1]

    response = Api("").get(f"/api/customers?api_key={key}&X-API-Key={key}")

    assert_refused(response, 401, "Unauthorized", MISSING)


def test_key__mistyped_costs_no_query(api: Api, django_assert_num_queries: Any) -> None:
    mistyped = api.key[:20] + ("y" if api.key[20] == "x" else "x") + api.key[21:]
    for typo in (api.key[:-1], mistyped, api.key.upper(), "ü" * 56, "sk_live_" + "a" * 48):
        with django_assert_num_queries(0):
            response = Api(typo).get("/api/customers")
        assert_refused(response, 401, "Unauthorized", "Invalid API key")


def test_key__never_issued(db: None) -> None:
    response = Api(generate_key()).get("/api/customers")

    assert_refused(response, 401, "Unauthorized", "Invalid API key")


def test_key__revoked_or_expired(api: Api) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = api.get("/api/customers")
    services.revoke_api_key(ApiKey.objects.get().prefix)
    revoked = api.get("/api/customers")

    assert_refused(expired, 401, "Unauthorized", "API key has expired")
    assert_refused(revoked, 401, "Unauthorized", "API key has been revoked")


def test_key__comes_before_everything_else(db: None) -> None:
    response = Api("").send("POST", "/api/customers", b"{" * 10, content_type="text/xml")

    assert_refused(response, 401, "Unauthorized", MISSING)


def test_key__scopes(seller: Seller) -> None:
    customer = make_customer(seller)
    reader = Api(make_api_key(seller, scopes=["read"])[1])
    writer = Api(make_api_key(seller, scopes=["write"])[1])

    assert reader.get(f"/api/customers/{customer.id}").status_code == 200
    for response in (reader.post({}), reader.patch(customer.id, {}), reader.delete(customer.id)):
        assert_refused(response, 403, "Forbidden", "API key does not have the required scope: write")
    refused = writer.get("/api/customers")
    assert_refused(refused, 403, "Forbidden", "API key does not have the required scope: read")
    assert Customer.objects.of(seller).count() == 1


def test_key__last_use_is_noted_once_a_minute(api: Api, django_assert_num_queries: Any) -> None:
    api.get("/api/customers")
    first = ApiKey.objects.get().last_used_at
    with django_assert_num_queries(2):
        api.get("/api/customers")
    assert ApiKey.objects.get().last_used_at == first
    assert first is not None

    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    api.get("/api/customers")

    latest = ApiKey.objects.get().last_used_at
    assert latest is not None
    assert latest > first - timedelta(minutes=1)
