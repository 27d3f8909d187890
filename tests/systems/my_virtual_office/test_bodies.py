"""What may come as a body at all."""

from __future__ import annotations

import pytest

from customers.dialect.bodies import BODY_LIMIT
from tests.systems.my_virtual_office.api import Api, assert_bad, assert_refused

INVALID = "Body is not valid JSON but content-type is set to 'application/json'"
JOHN = b'{"first_name":"John","last_name":"Doe","email":"john@example.com"'


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"   ",
        b"\xef\xbb\xbf",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "\n"}',
        b'{"first_name": "M\xfcller"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_body__not_json(api: Api, body: bytes) -> None:
    assert_bad(api.post(body), INVALID)


def test_body__empty_json(api: Api) -> None:
    response = api.client.generic(
        "POST", "/api/customers", headers={"X-API-Key": api.key, "Content-Type": "application/json"}
    )

    assert_bad(response, "Body cannot be empty when content-type is set to 'application/json'")


def test_body__none_at_all(api: Api) -> None:
    assert_bad(api.post(None), "body must be object")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/merge-patch+json",
        "\x85application/json",
        "x",
        "multipart/form-data",
        "",
    ],
)
def test_body__other_content_types(api: Api, content_type: str) -> None:
    response = api.send("POST", "/api/customers", b"{}", content_type=content_type)

    assert_refused(response, 415, "Unsupported Media Type", "Unsupported Media Type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "APPLICATION/JSON", "application/json; charset=latin-1", "application/json ;x"]
)
def test_body__spellings_of_json(api: Api, content_type: str) -> None:
    assert api.send("POST", "/api/customers", JOHN + b"}", content_type=content_type).status_code == 201


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf" + JOHN + b"}", b" \t\r\n" + JOHN + b"} "])
def test_body__byte_order_mark_and_blanks_are_skipped(api: Api, body: bytes) -> None:
    assert api.post(body).status_code == 201


def test_body__of_a_doubled_member_the_last_wins(api: Api) -> None:
    assert api.post(JOHN + b',"first_name":"Jane"}').json()["first_name"] == "Jane"


def test_body__numbers_are_those_of_javascript(api: Api) -> None:
    numbers = b"[1e400]", b"12345678901234567890", b"1e21", b"-1e-7", b"0.000001", b"9" * 5000

    names = [
        api.post(b'{"email":"%d@b.de","last_name":"x","first_name":%b}' % item).json()["first_name"]
        for item in enumerate(numbers)
    ]

    assert names == ["Infinity", "12345678901234567000", "1e+21", "-1e-7", "0.000001", "Infinity"]


def test_body__as_large_as_allowed(api: Api) -> None:
    padding = BODY_LIMIT - len(JOHN) - len(',"x":""}')

    response = api.post(JOHN + b',"x":"' + b"a" * padding + b'"}')

    assert response.status_code == 201


def test_body__the_type_is_judged_before_the_size(api: Api) -> None:
    response = api.send("POST", "/api/customers", b" " * (BODY_LIMIT + 1), content_type="text/xml")

    assert_refused(response, 415, "Unsupported Media Type", "Unsupported Media Type")


def test_body__too_large(api: Api) -> None:
    response = api.post(b" " * (BODY_LIMIT + 1))

    assert_refused(response, 413, "Payload Too Large", "Request body is too large")
