"""What a request may ask for and carry at all, and what every answer carries."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from django.db import OperationalError

from customers.dialect.bodies import BODY_LIMIT
from customers.models import Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.pexip_engage.api import Api, answered, assert_refused


@pytest.mark.parametrize(
    "accept",
    [
        *("", "*/*", "application/*", "application/json", "APPLICATION/JSON", "application/json; charset=utf-8"),
        *("text/html, application/json", "text/html,*/*;q=0.1", "application/json;q=0.001", "text/html;q=0, */*"),
        *("application/xml;q=0.9, application/*;q=0.8", " application/json ", "text/plain, application/json;q=1.0"),
        *("application/*;q=0, application/json", "*/*;q=0, application/json", "*/*;q=0, application/*;q=0.1"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_accept__json(api: Api, seller: Seller, accept: str, method: str) -> None:
    customer = make_customer(seller)

    response = api.send(method, api.path(customer.pk), {} if method == "PATCH" else None, Accept=accept)

    assert answered(response)["id"] == str(customer.pk)


@pytest.mark.parametrize(
    "accept",
    [
        *("text/html", "application/xml", "application/jsonp", "text/*", "text/json", "application/hal+json"),
        *("application/json;q=0", "*/*;q=0", "application/*;q=0.0", "application/json;q=0, text/html"),
        *("application/json;q=0, */*", "application/json;q=0, application/*", "application/*;q=0, */*"),
        *("application/json; q=0.000", "text/html, application/xhtml+xml, application/xml;q=0.9"),
    ],
)
def test_406__nothing_that_is_served(api: Api, seller: Seller, accept: str) -> None:
    customer = make_customer(seller)

    read = api.get(customer.pk, Accept=accept)
    change = api.patch(customer.pk, {"firstName": "Jane"}, Accept=accept)

    assert_refused(read, 406)
    assert_refused(change, 406)
    assert api.read(customer)["firstName"] == "John"


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"   ", b"", b"\xef\xbb\xbf", b'{"notes": NaN}', b'{"notes": -Infinity}', b'{"notes": 01}'),
        *(b"{'notes': 1}", b'{"notes": "x",}', b'{"notes": "\n"}', b'{"notes": "M\xfcller"}', b"[" * 100_000),
        *(b'{"notes":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"notes": "x"} {}', b"\xff\xfe{\0}\0"),
    ],
)
def test_400__not_json(api: Api, seller: Seller, body: bytes) -> None:
    customer = make_customer(seller)

    response = api.send("PATCH", api.path(customer.pk), body)

    assert_refused(response, 400)
    assert api.read(customer)["notes"] is None


def test_400__no_body_at_all(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    assert_refused(api.patch(customer.pk, None), 400)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/jsonp", "application/merge-patch+json", "x", "multipart/form-data"],
)
def test_415__other_content_types(api: Api, seller: Seller, content_type: str) -> None:
    customer = make_customer(seller)

    response = api.send("PATCH", api.path(customer.pk), {"notes": "x"}, content_type=content_type)

    assert_refused(response, 415)
    assert api.read(customer)["notes"] is None


@pytest.mark.parametrize("content_type", ["APPLICATION/JSON", "application/json; charset=utf-8", "application/json ;x"])
def test_body__spellings_of_json(api: Api, seller: Seller, content_type: str) -> None:
    customer = make_customer(seller)

    response = api.send("PATCH", api.path(customer.pk), {"notes": "x"}, content_type=content_type)

    assert answered(response)["notes"] == "x"


def test_413__too_large(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    largest = json.dumps({"x": "y"}).encode().ljust(BODY_LIMIT)

    assert answered(api.patch(customer.pk, largest))["id"] == str(customer.pk)
    assert_refused(api.patch(customer.pk, largest + b" "), 413)


def test_429__too_many_requests(api: Api, seller: Seller, settings: Any) -> None:
    settings.API_RATE_LIMIT = 2
    customer = make_customer(seller)

    answers = [api.get(customer.pk, X_Correlation_Id="mine") for _number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_refused(answers[2], 429)
    assert 1 <= int(answers[2]["Retry-After"]) <= 120
    assert answers[2]["X-Correlation-Id"] == "mine"


@pytest.mark.parametrize(("error", "status"), [(ZeroDivisionError, 500), (OperationalError, 503)])
def test_5xx__says_nothing_of_the_cause(
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
    status: int,
) -> None:
    def fail(plain: str) -> None:
        raise error("the inside")

    monkeypatch.setattr("customers.dialect.views.find_key", fail)

    response = api.get("x", X_Correlation_Id="mine")

    assert_refused(response, status)
    assert b"inside" not in response.content
    assert response["X-Correlation-Id"] == "mine"
    assert "the inside" in caplog.text
    assert api.key not in caplog.text


@pytest.mark.parametrize(
    ("method", "id", "headers", "status"),
    [
        ("GET", "{id}", {}, 200),
        ("PATCH", "{id}", {}, 400),
        ("GET", "{id}", {"Authorization": "Bearer x"}, 401),
        ("GET", "1234", {}, 404),
        ("GET", "{id}/x", {}, 404),
        ("DELETE", "{id}", {}, 405),
        ("GET", "{id}", {"Accept": "text/html"}, 406),
        ("GET", "{id}", {"Host": "evil.example"}, 400),
    ],
)
def test_correlation_id__is_echoed_on_every_answer(
    api: Api, seller: Seller, method: str, id: str, headers: dict[str, str], status: int
) -> None:
    path = api.path(id.format(id=make_customer(seller).pk))

    response = api.send(method, path, X_Correlation_Id="a4f0048e-c983-11ed-afa1-0242ac120002", **headers)

    assert response.status_code == status
    assert response["X-Correlation-Id"] == "a4f0048e-c983-11ed-afa1-0242ac120002"
    if status >= 400:
        assert_refused(response, status)


@pytest.mark.parametrize("sent", ["", "ü", "a" * 256, "\x7f"])
def test_correlation_id__is_made_where_none_can_be_used(api: Api, seller: Seller, sent: str) -> None:
    customer = make_customer(seller)

    answers = [api.get(customer.pk, X_Correlation_Id=sent)["X-Correlation-Id"] for _number in range(2)]

    assert all(answers)
    assert len({sent, *answers}) == 3


def test_server__paths_and_chunks_as_they_are_sent(site: Site) -> None:
    """What only a real server shows: an encoded slash in a path, and bodies in chunks."""
    seller = make_seller()
    customer, key = make_customer(seller), make_api_key(seller)[1]

    def ask(method: str, target: str, *chunks: bytes) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(*site.address, timeout=10)
        chunked = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"} if chunks else {}
        headers = {"Authorization": f"Bearer {key}", **chunked}
        connection.request(method, target, iter(chunks) if chunks else None, headers, encode_chunked=bool(chunks))
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    path = f"/enterprises/acme/customers/{customer.pk}"
    assert ask("GET", path)[1]["data"]["id"] == str(customer.pk)
    assert ask("GET", f"/enterprises/acme%2Fcustomers/{customer.pk}")[0] == 404
    assert ask("GET", f"{path}%2F")[0] == 404
    assert ask("PATCH", path, b'{"no', b'tes": "x"}')[1]["data"]["notes"] == "x"
    assert ask("PATCH", path, b" " * 2**20, b"{}")[0] == 413
    assert ask("DELETE", path)[0] == 405
