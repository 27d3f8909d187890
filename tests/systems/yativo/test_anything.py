"""Whatever a stranger sends: an answer in one of the documented forms, never a 5xx."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Seller
from tests.factory import make_customer
from tests.systems.yativo.api import FIRST, LIST, OBJECT, SECOND, Api, read_object

MEMBERS = (
    *("customer_name", "customer_email", "customer_phone", "customer_country", "customer_type", "customer_address"),
    *("can_create_vc", "can_create_va", "customer_status", "customer_id"),
    *("city", "state", "zipcode", "street", "number", "country"),
)
HEADERS = (
    *("Authorization", "Idempotency-Key", "If-Match", "If-None-Match", "X-API-Key", "X-Request-Id", "Accept"),
    *("Accept-Language", "Accept-Encoding", "Cookie", "Content-Type", "Content-Length", "Host", "X-Forwarded-Host"),
    *("X-Forwarded-Proto", "Origin", "Referer", "X-HTTP-Method-Override", "X-Correlation-Id", "Expect", "Range"),
)
ERRORS = (
    ["message"],
    ["error"],
    ["status", "status_code", "message"],
    ["status", "status_code", "message", "errors"],
)
property_test = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

texts = st.text(st.characters(exclude_categories=()), max_size=250) | st.sampled_from(
    ["a@b.de", "USA", "DEU", "+4930123456", "business", "active", "\0", "\ud800", "x" * 101, "K@b.de", "- -", " "]
)
numbers = st.floats() | st.integers() | st.just(10**400)
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS) | texts, inner, max_size=5),
    max_leaves=12,
)
members = st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, values))
valid = st.just(
    {"customer_name": "J D", "customer_email": "j@d.de", "customer_phone": "+491", "customer_country": "DEU"}
)
deep = st.sampled_from([b"[" * 5000 + b"]" * 5000, b'{"customer_address":' * 5000, b'{"can_create_vc":1e999}'])
bodies = (
    st.builds(lambda value: json.dumps(value).encode(), st.builds(lambda a, b: {**a, **b}, valid, members) | values)
    | st.builds(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), values)
    | st.binary(max_size=300)
    | deep
)
bases = st.sampled_from([FIRST, SECOND])


def assert_dressed(response: Any) -> None:
    """Assert that the answer is in a documented form, and names its own status where it names one."""
    assert response.status_code < 500, response.content
    body = json.loads(response.content)
    if response.status_code >= 400:
        assert list(body) in ERRORS
        assert body.get("status_code", response.status_code) == response.status_code
    else:
        assert OBJECT.is_valid(body) or LIST.is_valid(body), body


@property_test
@given(body=bodies, base=bases, method=st.sampled_from(["POST", "PUT"]), typed=st.booleans() | st.just(True))
def test_any_body(api: Api, seller: Seller, body: bytes, base: str, method: str, typed: bool) -> None:
    customer = seller.customers.first() or make_customer(seller)
    content_type = "application/json" if typed else "text/x"

    if method == "POST":
        response = api.post(body, base) if typed else api.send("POST", base, body, content_type=content_type)
    else:
        response = api.put(customer.pk, body, base)

    assert_dressed(response)
    if response.status_code in (200, 201):
        data = response.json()["data"]
        assert read_object(api.get(f"{FIRST}/{data['customer_id']}")) == data


@property_test
@given(
    base=st.sampled_from([FIRST, SECOND, "/api/v1"]),
    path=st.binary(max_size=80),
    query=st.binary(max_size=80),
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "X"]),
)
def test_any_path_and_query(api: Api, base: str, path: bytes, query: bytes, method: str) -> None:
    target = f"{base}/{quote_from_bytes(path)}?{quote_from_bytes(query, safe='=&+')}"

    response = api.send(method, target, Idempotency_Key="a")

    if method == "HEAD":
        assert response.status_code < 500
    else:
        assert_dressed(response)


queries = st.dictionaries(
    st.sampled_from(["page", "per_page", "search", "format"]),
    texts | st.integers().map(str) | st.sampled_from(["1", "100", "1e3", "+1", " 1", "1_0", "0x1", "٣", "9" * 5000]),
)


@property_test
@given(base=bases, query=queries)
def test_any_list_query(api: Api, base: str, query: dict[str, str]) -> None:
    cleaned = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}

    response = api.client.get(base, cleaned, headers={"Authorization": f"Bearer {api.key}"})

    assert response.status_code in (200, 422)
    assert_dressed(response)


header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=120)
oddities = st.sampled_from(['"1"', 'sessionid="\\000\\000\\000\\000"', "*", "bytes=0-1", "-1", "a" * 300, "DELETE"])


@property_test
@given(
    headers=st.dictionaries(st.sampled_from(HEADERS), header_values | oddities, max_size=4),
    path=st.sampled_from([FIRST, SECOND, f"{FIRST}/x", f"{SECOND}/x", f"{FIRST}/a/b", "/api/v1/nowhere"]),
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH"]),
)
def test_any_header(api: Api, headers: dict[str, str], path: str, method: str) -> None:
    sent = {"Authorization": f"Bearer {api.key}", **headers}

    response = api.client.generic(method, path, b"{}", headers=sent)

    assert_dressed(response)
