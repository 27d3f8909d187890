"""Whatever a stranger sends: an answer in the envelope, never a 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_from_bytes

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Seller
from tests.factory import make_customer
from tests.systems.my_virtual_office.api import Api

MEMBERS = (
    *("first_name", "last_name", "email", "company_name", "legal_entity", "language", "status"),
    *("address_data", "postal_redirect_address", "street", "city", "postal_code", "country", "id", "seller_id"),
)
HEADERS = (
    *("X-API-Key", "Authorization", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id", "Accept"),
    *("Accept-Language", "Cookie", "Content-Type", "Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Origin"),
    *("Referer", "X-HTTP-Method-Override"),
)
EXAMPLES = 600
property_test = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

texts = st.text(st.characters(exclude_categories=()), max_size=250) | st.sampled_from(
    ["a@b.de", "en", "active", "\0", "\ud800", "x" * 101, "\u212a@b.de"]
)
scalars = st.none() | st.booleans() | st.floats() | st.integers() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS) | texts, inner, max_size=5),
    max_leaves=12,
)
members = st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, values))
valid = st.just({"first_name": "J", "last_name": "D", "email": "j@d.de"})
bodies = (
    st.builds(lambda value: json.dumps(value).encode(), st.builds(lambda a, b: {**a, **b}, valid, members) | values)
    | st.builds(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), values)
    | st.binary(max_size=300)
)


def assert_dressed(response: Any) -> None:
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert list(response.json()) == ["error", "message"]


@property_test
@given(body=bodies, method=st.sampled_from(["POST", "PATCH"]), json_typed=st.booleans() | st.just(True))
def test_any_body(api: Api, seller: Seller, body: bytes, method: str, json_typed: bool) -> None:
    customer = seller.customers.first() or make_customer(seller)
    path = "/api/customers" if method == "POST" else f"/api/customers/{customer.pk}"

    response = api.send(method, path, body, content_type="application/json" if json_typed else "text/x")

    assert_dressed(response)
    if response.status_code in (200, 201):
        read = api.get(f"/api/customers/{response.json()['id']}")
        assert read.content == response.content


@property_test
@given(
    path=st.binary(max_size=80), query=st.binary(max_size=80), method=st.sampled_from(["GET", "DELETE", "HEAD", "X"])
)
def test_any_path_and_query(api: Api, path: bytes, query: bytes, method: str) -> None:
    target = f"/api/customers/{quote_from_bytes(path)}?{quote_from_bytes(query, safe='=&+')}"

    response = api.send(method, target)

    if method == "HEAD":
        assert response.status_code < 500
    else:
        assert_dressed(response)


queries = st.fixed_dictionaries(
    {},
    optional={
        name: texts | st.sampled_from(["1", "2024-01-15T10:30:00Z", "active", "a@b.de"])
        for name in ("limit", "starting_after", "status", "email", "updated_since", "search", "format")
    },
)


@property_test
@given(query=queries)
def test_any_list_query(api: Api, query: dict[str, str]) -> None:
    cleaned = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}

    assert_dressed(api.client.get("/api/customers", cleaned, headers={"X-API-Key": api.key}))


header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=120)


@property_test
@given(
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        header_values | st.sampled_from(['"1"', 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"', "*", "de;q=x"]),
        max_size=4,
    ),
    path=st.sampled_from(["/api/customers", "/api/customers/x", "/api/schema", "/api/nowhere", "/admin/", "/healthz"]),
    method=st.sampled_from(["GET", "POST"]),
)
def test_any_header(api: Api, headers: dict[str, str], path: str, method: str) -> None:
    sent = {"X-API-Key": api.key, **headers}

    response = Client(raise_request_exception=False).generic(method, path, b"{}", headers=sent)

    assert response.status_code < 500, response.content
    if path.startswith("/api/") and response.status_code >= 400:
        assert list(json.loads(response.content)) == ["error", "message"]
