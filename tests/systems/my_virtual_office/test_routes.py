"""Paths and methods that no document describes, and how every answer is dressed."""

from __future__ import annotations

import http.client
import json

import pytest
from django.db import OperationalError
from django.http import HttpRequest

from customers.models import Seller
from customers.systems.my_virtual_office import views
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.my_virtual_office.api import Api, assert_refused


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/customers/550e8400-e29b-41d4-a716-446655440000"),
        ("POST", "/api/customers/x?a=b&c=%C3%A4"),
        ("OPTIONS", "/api/customers"),
        ("PATCH", "/api/customers"),
        ("TRACE", "/api/customers/x"),
        ("FOO", "/api/customers"),
        ("GET", "/api/customers/a/b"),
        ("GET", "/api/"),
        ("GET", "/api/unknown"),
        ("POST", "/api/customers/"),
        ("DELETE", "/api/schema"),
        ("OPTIONS", "/api/schema"),
        ("OPTIONS", "/api/docs"),
        ("POST", "/api/docs"),
        ("FOO", "/api/docs"),
    ],
)
@pytest.mark.parametrize("key", ["", "with"])
def test_route__unknown(seller: Seller, method: str, path: str, key: str) -> None:
    api = Api(make_api_key(seller)[1] if key else "")

    response = api.send(method, path)

    assert_refused(response, 404, "Not Found", f"Route {method}:{path} not found")


def test_head__works_as_get(api: Api, seller: Seller) -> None:
    path = f"/api/customers/{make_customer(seller).id}"

    got, head = api.get(path), api.send("HEAD", path)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == got["Content-Length"] == str(len(got.content))
    assert head["ETag"] == got["ETag"]


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "image/png;q=1", "junk", "application/json; indent=4"]
)
def test_answer__is_json_whatever_is_accepted(api: Api, accept: str) -> None:
    response = api.get("/api/customers/x?format=api", Accept=accept)

    assert_refused(response, 404, "Not Found", "Customer not found")
    assert b"\n" not in response.content


def test_answer__foreign_host_is_refused_in_the_envelope(api: Api) -> None:
    response = api.get("/api/customers", Host="evil.example")

    assert_refused(response, 400, "Bad Request", "Bad Request")


def test_answer__crash(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def crash(request: HttpRequest) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(views, "read_json", crash)

    response = api.post({})

    assert_refused(response, 500, "Internal Server Error", "Unexpected server error")
    assert "ZeroDivisionError" in caplog.text
    assert api.key not in caplog.text


def test_answer__database_away(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def away(plain: str) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr("customers.dialect.views.find_key", away)

    response = api.get("/api/customers")

    message = "The service is temporarily unavailable. Please try again."
    assert_refused(response, 503, "Service Unavailable", message)
    assert response["Retry-After"] == "5"
    assert "closed the connection" in caplog.text


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ({"X_Request_Id": "a b"}, ("a b", "a b")),
        ({"X_Correlation_Id": "c"}, ("c", "c")),
        ({"X_Request_Id": "a", "X_Correlation_Id": "c"}, ("a", "c")),
    ],
)
def test_request_id__is_echoed(api: Api, sent: dict[str, str], answered: tuple[str, str]) -> None:
    for response in (api.get("/api/customers", **sent), api.get("/api/nowhere", **sent)):
        assert (response["X-Request-Id"], response["X-Correlation-Id"]) == answered


@pytest.mark.parametrize("sent", ["", "ü", "a" * 256, "\x7f"])
def test_request_id__is_made_where_none_can_be_used(api: Api, sent: str) -> None:
    response = api.get("/api/customers", X_Request_Id=sent)

    assert len(response["X-Request-Id"]) == 36


def test_target__is_read_as_it_was_sent(site: Site) -> None:
    """What only a real server shows: the target before anything is decoded, and bodies in chunks."""
    key = make_api_key(make_seller())[1]

    def ask(method: str, target: str, body: list[bytes] | None = None, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(*site.address, timeout=10)
        chunks = None if body is None else iter(body)
        connection.request(method, target, chunks, {"X-API-Key": key, **headers}, encode_chunked=body is not None)
        answer = connection.getresponse()
        message = json.loads(answer.read())["message"]
        connection.close()
        return answer.status, message

    json_in_chunks = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    assert ask("GET", "/api/customers/%2F") == (404, "Customer not found")
    assert ask("GET", "/api/customers/a%2Fb?x=1/2") == (404, "Customer not found")
    assert ask("GET", "/api/customers/a/b") == (404, "Route GET:/api/customers/a/b not found")
    assert ask("PUT", "/api/%63ustomers?%zz") == (404, "Route PUT:/api/%63ustomers?%zz not found")
    assert ask("POST", "/api/customers", [b'{"first_name":', b'"x"}'], **json_in_chunks) == (
        400,
        "body must have required property 'last_name'",
    )
    assert ask("POST", "/api/customers", [b" " * 2**20, b"{}"], **json_in_chunks) == (413, "Request body is too large")
