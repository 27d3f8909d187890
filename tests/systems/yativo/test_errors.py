from __future__ import annotations

import http.client
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import OperationalError
from django.utils import timezone

from customers import services
from customers.dialect.bodies import BODY_LIMIT
from customers.models import ApiKey, Customer, Seller
from customers.models.api_key import generate_key
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.yativo.api import FIRST, JOHN, SECOND, Api, assert_failed, document, ordered, read_json

ID = "5ae2f659-45d2-4256-9f82-2811726a5376"
JSON = b'{"customer_name":"John Doe","customer_email":"john@example.com"}'


def assert_unauthenticated(response: Any) -> None:
    assert ordered(read_json(response, 401)) == ordered(document("error_401"))


@pytest.mark.parametrize("path", [FIRST, SECOND])
@pytest.mark.parametrize("authorization", ["", "Basic eDp5", "Bearer", "Bearer ", "Token {key}", "{key}", "Bearer x"])
def test_401__no_key(seller: Seller, path: str, authorization: str) -> None:
    header = authorization.format(key=make_api_key(seller)[1])
    api = Api("")

    for response in (
        api.get(path, Authorization=header),
        api.get(f"{path}/{ID}", Authorization=header),
        api.post(JOHN, path, Authorization=header),
        api.put(ID, {}, path, Authorization=header),
    ):
        assert_unauthenticated(response)
    assert not Customer.objects.exists()


def test_401__never_issued(db: None) -> None:
    assert_unauthenticated(Api(generate_key()).get(FIRST))


def test_401__expired_or_revoked(api: Api) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = api.get(FIRST)
    services.revoke_api_key(ApiKey.objects.get().prefix)
    revoked = api.get(FIRST)

    assert_unauthenticated(expired)
    assert_unauthenticated(revoked)


@pytest.mark.parametrize("path", [FIRST, SECOND])
def test_403__scope_missing(seller: Seller, path: str) -> None:
    customer = make_customer(seller)
    reader = Api(make_api_key(seller, scopes=["read"])[1])
    writer = Api(make_api_key(seller, scopes=["write"])[1])

    assert reader.get(f"{path}/{customer.pk}").status_code == 200
    assert_failed(reader.post(JOHN, path), 403)
    assert_failed(reader.put(customer.pk, {"customer_name": "Jane Roe"}, path), 403)
    assert_failed(writer.get(path), 403)
    assert_failed(writer.get(f"{path}/{customer.pk}"), 403)
    assert writer.put(customer.pk, {"customer_phone": "+4930123456"}, path).status_code == 200
    assert Customer.objects.get().first_name == "John"


@pytest.mark.parametrize("path", [FIRST, SECOND])
@pytest.mark.parametrize("id", [ID, "x", "%00", "%FF", "%zz", "urn:uuid:1", "..", "ä" * 300])
def test_404__customer(api: Api, path: str, id: str) -> None:
    assert_failed(api.get(f"{path}/{id}"), 404, "Customer not found")


def test_404__customer_of_another_seller(api: Api) -> None:
    foreign = make_customer(make_seller("other"))

    for path in (FIRST, SECOND):
        assert_failed(api.get(f"{path}/{foreign.pk}"), 404, "Customer not found")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", [f"{FIRST}/a/b", f"{SECOND}/a/b", "/api/v1/nowhere", "/api/v1", "/api/v1/"])
def test_404__unknown_path(api: Api, method: str, path: str) -> None:
    response = api.send(method, path, Idempotency_Key="a")

    assert_failed(response, 404)
    assert response.json()["message"] != "Customer not found"


@pytest.mark.parametrize("base", [FIRST, SECOND])
@pytest.mark.parametrize(
    ("path", "refused", "allowed"),
    [
        ("", ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"), {"GET", "POST"}),
        (f"/{ID}", ("POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"), {"GET", "PUT"}),
    ],
)
def test_405__names_what_is_allowed(
    api: Api, base: str, path: str, refused: tuple[str, ...], allowed: set[str]
) -> None:
    for method in refused:
        response = api.send(method, base + path, Idempotency_Key="a")

        assert_failed(response, 405)
        names = {name.strip() for name in response["Allow"].split(",")}
        assert allowed <= names <= {*allowed, "HEAD"}


def test_head__works_as_get(api: Api, seller: Seller) -> None:
    for path in (f"{FIRST}/{make_customer(seller).pk}", SECOND):
        got, head = api.get(path), api.send("HEAD", path)

        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize(
    "body", [b"{", b"   ", b"{'a': 1}", b'{"a": NaN}', b'{"a": 01}', b'{"a": "M\xfcller"}', b"[" * 100_000]
)
def test_400__not_json(api: Api, seller: Seller, body: bytes) -> None:
    customer = make_customer(seller)

    assert_failed(api.post(body), 400)
    assert_failed(api.put(customer.pk, body), 400)


@pytest.mark.parametrize("body", [[], [JOHN], "John", 5, True])
def test_422__a_body_that_is_no_object(api: Api, seller: Seller, body: Any) -> None:
    customer = make_customer(seller)

    for response in (api.post(body), api.put(customer.pk, body)):
        failed = read_json(response, 422)
        assert list(failed) == list(document("error_422"))
        assert failed["errors"]
    assert Customer.objects.get().version == 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/jsonp", "multipart/form-data"])
def test_415__another_content_type(api: Api, content_type: str) -> None:
    response = api.send("POST", FIRST, JSON, content_type=content_type, Idempotency_Key="a")

    assert_failed(response, 415)


def test_413__too_large(api: Api) -> None:
    assert_failed(api.post(b" " * (BODY_LIMIT + 1)), 413)


@pytest.mark.parametrize("path", [FIRST, SECOND, f"{FIRST}/{ID}", "/api/v1/nowhere"])
def test_400__foreign_host(api: Api, path: str) -> None:
    assert_failed(api.get(path, Host="evil.example"), 400)


def test_500__says_nothing_of_the_cause(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Customer, "derive", lambda _self: 1 / 0)

    response = api.post(JOHN)

    assert_failed(response, 500)
    assert "division" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text
    assert api.key not in caplog.text


def test_503__database_away(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def away(plain: str) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr("customers.dialect.views.find_key", away)

    response = api.get(FIRST)

    assert_failed(response, 503)
    assert "closed the connection" in caplog.text
    assert "closed the connection" not in response.content.decode()


def test_503__a_database_that_holds_nothing(tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {generate_key()}"}

    with Site(DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}") as site:
        response = requests.get(f"{site.url}{SECOND}", headers=headers, timeout=30)

    assert response.status_code == 503
    body = response.json()
    assert list(body) == ["status", "status_code", "message"]
    assert (body["status"], body["status_code"]) == ("error", 503)


def test_target__is_read_as_it_was_sent(site: Site) -> None:
    """What only a real server shows: the target before anything is decoded, and bodies in chunks."""
    headers = {"Authorization": f"Bearer {make_api_key(make_seller())[1]}", "Idempotency-Key": "a"}

    def ask(method: str, target: str, *chunks: bytes) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(*site.address, timeout=30)
        sent = {**headers, "Content-Type": "application/json", "Transfer-Encoding": "chunked"} if chunks else headers
        connection.request(method, target, iter(chunks) if chunks else None, sent, encode_chunked=bool(chunks))
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    for path in (FIRST, SECOND):
        assert ask("GET", f"{path}/%2F") == (404, document("error_404"))
        assert ask("GET", f"{path}/a%2Fb?x=1/2") == (404, document("error_404"))
        status, body = ask("GET", f"{path}/a/b")
        assert (status, body["message"] == document("error_404")["message"]) == (404, False)
    assert ask("POST", SECOND, b" " * BODY_LIMIT, b"{}")[0] == 413
    status, body = ask("POST", SECOND, json.dumps(JOHN).encode()[:9], json.dumps(JOHN).encode()[9:])
    assert (status, body["data"]["customer_name"]) == (201, "John Doe")
