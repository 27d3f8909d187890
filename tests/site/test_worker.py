"""Raw bytes at the running server: what is not HTTP, or more than fits."""

from __future__ import annotations

import http.client
import json
import socket
import string

import pytest
import requests

from customers.models import Customer
from tests.factory import make_api_key, make_seller
from tests.parts import Site

HOST = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.mark.django_db(transaction=True)
def test_worker__answers_in_the_envelope_whatever_comes(site: Site) -> None:
    sent_and_answered = {
        b"nonsense\r\n\r\n": (400, "Bad Request", "Client Error"),
        b"GET /api/customers HTTP/9.1\r\n\r\n": (400, "Bad Request", "Client Error"),
        b"GE\0T /api/customers" + HOST + b"\r\n": (400, "Bad Request", "Client Error"),
        b"GET /api/customers/\xff" + HOST + b"\r\n": (400, "Bad Request", "Client Error"),
        b"GET /api/customers" + HOST + b"no colon\r\n\r\n": (400, "Bad Request", "Client Error"),
        b"POST /api/customers" + HOST + b"Content-Length: x\r\n\r\n": (400, "Bad Request", "Client Error"),
        b"POST /api/customers" + HOST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n": (
            400,
            "Bad Request",
            "Client Error",
        ),
        b"POST /api/customers" + HOST + b"Transfer-Encoding: rot13\r\n\r\n": (400, "Bad Request", "Client Error"),
        b"GET /" + b"a" * 9000 + HOST + b"\r\n": (414, "URI Too Long", "Request URL is too long"),
        b"GET /" + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n": (
            431,
            "Request Header Fields Too Large",
            "Exceeded maximum allowed HTTP header size",
        ),
        b"GET /api/customers" + HOST + b"Cookie: " + string.punctuation.encode() + b"\r\n\r\n": (
            401,
            "Unauthorized",
            "API key is required. Provide it via X-API-Key header or Authorization Bearer token.",
        ),
    }

    for sent, expected in sent_and_answered.items():
        status, error, message = expected
        with socket.create_connection(site.address, timeout=10) as connection:
            connection.sendall(sent)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            body = answer.read()
        assert answer.status == status, (sent[:60], body)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert json.loads(body) == {"error": error, "message": message}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=rot13"},
        {"Content-Type": "application/json; charset=zlib"},
        {"Content-Type": "application/json; charset*=utf-8''undefined"},
        {"Content-Type": "application/json; a*=nope''%ff"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=latin-1", "Cookie": f"csrftoken={'a' * 32}"},
        {"SCRIPT_NAME": "x"},
        {"SCRIPT-NAME": "/api"},
    ],
)
def test_worker__headers_that_mean_harm(site: Site, headers: dict[str, str]) -> None:
    for path in ("/api/customers?limit=1", "/healthz?x", "/admin/login/?x", "/api/schema?x"):
        for method in ("GET", "POST"):
            response = requests.request(method, site.url + path, headers=headers, data="a=1", timeout=10)
            assert response.status_code < 500, (method, path, headers)
    assert requests.get(f"{site.url}/api/customers", headers=headers, timeout=10).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_worker__silent_clients_do_not_stop_the_server(site: Site) -> None:
    starts = [b"GET / HTTP/1.1\r\nHo", b"POST /api/customers" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"]
    silent = [socket.create_connection(site.address) for _number in range(12)]
    for number, connection in enumerate(silent):
        connection.sendall(starts[number % 2])

    response = requests.get(f"{site.url}/healthz", timeout=60)

    assert response.status_code == 200
    for connection in silent:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_worker__a_body_that_ends_early_is_not_taken(site: Site) -> None:
    key = make_api_key(make_seller())[1].encode()
    john = b'{"first_name":"J","last_name":"D","email":"j@d.de"}'
    head = b"POST /api/customers" + HOST + b"X-API-Key: " + key + b"\r\nContent-Type: application/json\r\n"
    with socket.create_connection(site.address, timeout=20) as connection:
        connection.sendall(head + b"Content-Length: 500\r\n\r\n" + john)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read()

    assert (answer.status, json.loads(body)["message"]) == (400, "Request body size did not match Content-Length")
    assert not Customer.objects.exists()
