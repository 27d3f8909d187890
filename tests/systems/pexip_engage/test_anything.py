"""Whatever a stranger sends: an answer in the documented envelope, never a 5xx."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.pexip_engage.api import SCHEMA, Api, assert_refused

MEMBERS = (
    *("externalId", "customerNumber", "email", "firstName", "lastName", "company", "language", "notes", "existing"),
    *("phoneNumber", "timeZone", "location", "postalCode", "countryCode", "geolocation", "latitude", "longitude"),
    *("translations", "city", "street1", "street2", "state", "value", "id"),
)
HEADERS = (
    *("Authorization", "Accept", "Accept-Language", "X-Correlation-Id", "X-Request-Id", "Cookie", "Content-Type"),
    *("Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Origin", "Referer", "If-Match", "X-HTTP-Method-Override"),
)
EXAMPLES = 400
property_test = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

texts = st.text(st.characters(exclude_categories=()), max_size=250) | st.sampled_from(
    ["a@b.de", "en", "DE", "+4930123", "Europe/Berlin", "\0", "\ud800", "x" * 101, " ", "-", "../../etc/localtime"]
)
scalars = st.none() | st.booleans() | st.floats() | st.integers() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS) | texts, inner, max_size=5),
    max_leaves=12,
)
elements = st.fixed_dictionaries({"language": st.sampled_from(["en", "de"]) | values, "value": texts})
# Close enough to what is asked for to come far.
locations = st.fixed_dictionaries(
    {
        "countryCode": st.sampled_from(["DE", "BE", "\0\0", "\ud800x", "xx"]) | texts,
        "translations": st.fixed_dictionaries(
            {"city": st.lists(elements, max_size=3), "street1": st.lists(elements, max_size=3)},
            optional={"state": st.lists(elements) | values, "street2": values},
        ),
    },
    optional={"geolocation": values | st.fixed_dictionaries({"latitude": scalars, "longitude": scalars})},
)
members = st.fixed_dictionaries({}, optional={**dict.fromkeys(MEMBERS[:11], values), "location": locations | values})
bodies = (
    st.builds(lambda value: json.dumps(value).encode(), members | values)
    | st.builds(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), members)
    | st.binary(max_size=300)
)


def assert_dressed(response: Any) -> None:
    """Assert that the answer is a documented customer or a documented refusal."""
    assert response.status_code < 500, response.content
    if response.status_code == 200:
        SCHEMA.validate(response.json())
    else:
        assert_refused(response, response.status_code)


@property_test
@given(body=bodies, json_typed=st.booleans() | st.just(True))
def test_any_body(api: Api, seller: Seller, body: bytes, json_typed: bool) -> None:
    customer = seller.customers.first() or make_customer(seller)

    response = api.send(
        "PATCH", api.path(customer.pk), body, content_type="application/json" if json_typed else "text/x"
    )

    assert_dressed(response)
    read = api.get(customer.pk)
    assert_dressed(read)
    if response.status_code == 200:
        assert read.content == response.content


HOSTILE = [
    b'{"location":' * 50_000,
    b'{"location":' * 900 + b"1" + b"}" * 900,
    b'{"notes":"' + b"\\u0000" * 1000 + b'"}',
    b'{"notes":"\\ud83d"}',
    b'{"notes":"\xed\xa0\xbd"}',
    b'{"\\u0000":1,"\\ud800":2}',
    b'{"firstName":"\\ud800","lastName":"\\udfff"}',
    b'{"notes":' + b"9" * 10_000 + b"}",
    b'{"existing":1e999}',
    b'{"notes":NaN}',
    b'{"location":{"countryCode":"DE","geolocation":{"latitude":1e999,"longitude":-1e999}}}',
    b'{"location":{"countryCode":"DE","geolocation":{"latitude":NaN,"longitude":Infinity}}}',
    b'{"timeZone":"\\u0000"}',
    b'{"timeZone":"' + b"a/" * 5000 + b'"}',
    b'{"email":"' + b"a" * 100_000 + b'@b.de"}',
    b'{"phoneNumber":"+' + b"1" * 100_000 + b'"}',
    b'{"phoneNumber":"+\xd9\xa1\xd9\xa2\xd9\xa3"}',
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_body(api: Api, seller: Seller, body: bytes) -> None:
    customer = make_customer(seller)

    response = api.patch(customer.pk, body)

    assert_dressed(response)
    assert_dressed(api.get(customer.pk))


@property_test
@given(
    enterprise=st.just(b"acme") | st.binary(max_size=40),
    id=st.binary(max_size=80),
    query=st.binary(max_size=40),
    method=st.sampled_from(["GET", "PATCH", "DELETE", "HEAD", "X"]),
)
def test_any_path(api: Api, enterprise: bytes, id: bytes, query: bytes, method: str) -> None:
    target = f"/enterprises/{quote_from_bytes(enterprise)}/customers/{quote_from_bytes(id)}?{quote_from_bytes(query)}"

    response = api.send(method, target)

    assert 400 <= response.status_code < 500
    if method != "HEAD":
        assert_refused(response, response.status_code)


@property_test
@given(tail=st.binary(max_size=80), method=st.sampled_from(["GET", "POST"]))
def test_any_path_below_the_prefix(api: Api, tail: bytes, method: str) -> None:
    response = api.send(method, f"/enterprises/{quote_from_bytes(tail)}")

    assert_refused(response, 404)


header_values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=120)
language_values = st.text(st.sampled_from("deEN *,;=q.01-\tü"), max_size=60)


@property_test
@given(
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        header_values
        | language_values
        | st.sampled_from(["*", "*/*;q=x", "en;q=1e999", "en;q=nan", "de;q=-1", "q=" * 60, ";" * 90, "en," * 5000]),
        max_size=4,
    ),
    method=st.sampled_from(["GET", "PATCH"]),
)
def test_any_header(api: Api, seller: Seller, headers: dict[str, str], method: str) -> None:
    address = {"street": "A", "city": "B", "country": "DE", "latitude": 1, "longitude": 2}
    customer = seller.customers.first() or make_customer(seller, address_data=address)
    sent = {"Authorization": f"Bearer {api.key}", "Content-Type": "application/json", **headers}

    response = api.client.generic(method, api.path(customer.pk), b"{}", headers=sent)

    assert_dressed(response)


RAW = [
    b"GET {path}\0 HTTP/1.1",
    b"GET {path}%00 HTTP/1.1",
    b"GET {path}\xff\xfe HTTP/1.1",
    b"GET {path} HTTP/1.1\r\nAccept-Language: \xff\xfe\x80",
    b"GET {path} HTTP/1.1\r\nAccept-Language: " + b"en " * 2000,
    b"GET {path} HTTP/1.1\r\nAccept: \xff/\xff",
    b"GET {path} HTTP/1.1\r\nX-Correlation-Id: \x80\xff",
    b"PATCH {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: -1",
    b"PATCH {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999",
    b"PATCH {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: \xc2\xb2",
]


def test_any_bytes__against_the_running_site(site: Site) -> None:
    seller = make_seller()
    key = make_api_key(seller)[1]
    path = f"/enterprises/acme/customers/{make_customer(seller).pk}"

    def ask(start: bytes) -> int:
        head = start.replace(b"{path}", path.encode())
        with socket.create_connection(site.address, timeout=30) as connection:
            connection.sendall(
                head
                + b"\r\nHost: localhost\r\nAuthorization: Bearer "
                + key.encode()
                + b"\r\nConnection: close\r\n\r\n"
            )
            connection.shutdown(socket.SHUT_WR)
            return int(connection.makefile("rb").readline().split()[1])

    statuses = {start: ask(start) for start in RAW}

    assert {start: status for start, status in statuses.items() if not 200 <= status < 500} == {}
    assert ask(b"GET {path} HTTP/1.1") == 200
