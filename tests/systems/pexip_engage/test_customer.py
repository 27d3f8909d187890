"""From the record's fields to the documented members."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from customers import services
from customers.models import Customer, Seller
from tests.factory import make_actor, make_customer
from tests.systems.pexip_engage.api import LANGUAGES, Api, answered, document


def test_customer__with_nothing_optional(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")

    data = api.read(customer)

    assert list(data) == list(document("get_response")["data"])
    made_now = {name: data[name] for name in ("createdAt", "updatedAt")}
    assert data == {
        "id": str(customer.pk),
        "externalId": None,
        "customerNumber": None,
        "email": "john@example.com",
        "firstName": "John",
        "lastName": "Doe",
        "company": None,
        "language": "de",
        "notes": None,
        "phoneNumber": None,
        "existing": False,
        "timeZone": "Europe/Berlin",
        **made_now,
        "deletedAt": None,
        "location": None,
    }


@pytest.mark.parametrize(("first", "last"), [("-", "Doe"), ("John", "-"), ("-", "-")])
def test_customer__the_mark_for_no_name_is_null(api: Api, seller: Seller, first: str, last: str) -> None:
    customer = make_customer(seller, first_name=first, last_name=last)

    data = api.read(customer)

    assert data["firstName"] == (None if first == "-" else first)
    assert data["lastName"] == (None if last == "-" else last)


@pytest.mark.parametrize("name", ["--", "- -", "–", "-x", " - "])
def test_customer__only_the_mark_itself_is_null(api: Api, seller: Seller, name: str) -> None:
    customer = make_customer(seller, first_name=name)

    assert api.read(customer)["firstName"] == name


@pytest.mark.parametrize("company", [None, ""])
def test_customer__without_a_company(api: Api, seller: Seller, company: str | None) -> None:
    customer = make_customer(seller, company_name=company)

    assert api.read(customer)["company"] is None


@pytest.mark.parametrize(("zone", "answer"), [("", "America/New_York"), ("Asia/Tokyo", "Asia/Tokyo")])
def test_customer__time_zone(api: Api, seller: Seller, zone: str, answer: str) -> None:
    Seller.objects.update(time_zone="America/New_York")
    customer = make_customer(seller, time_zone=zone)

    assert api.read(customer)["timeZone"] == answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_customer__language(api: Api, seller: Seller, language: str) -> None:
    customer = make_customer(seller, language=language)

    assert api.read(customer)["language"] == language


@pytest.mark.parametrize(
    ("microsecond", "text"), [(0, "000"), (1, "000"), (362_000, "362"), (362_999, "362"), (999_999, "999")]
)
def test_customer__times_have_three_decimals(api: Api, seller: Seller, microsecond: int, text: str) -> None:
    customer = make_customer(seller)
    moment = datetime(2022, 8, 17, 19, 5, 21, microsecond, tzinfo=UTC)
    Customer.objects.update(created_at=moment, updated_at=moment)

    data = api.read(customer)

    assert data["createdAt"] == data["updatedAt"] == f"2022-08-17T19:05:21.{text}Z"


def test_customer__deleted_ones_are_served_with_the_time(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")
    before = api.read(customer)

    deleted = services.delete_customer(customer, actor=make_actor())

    data = api.read(customer)
    assert before["deletedAt"] is None
    assert deleted.deleted_at is not None
    assert data["deletedAt"] == deleted.deleted_at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    assert (data["id"], data["email"]) == (str(customer.pk), "john@example.com")


@pytest.mark.parametrize("status", ["active", "inactive", "suspended"])
def test_customer__of_every_status(api: Api, seller: Seller, status: str) -> None:
    customer = make_customer(seller, status=status)

    assert api.read(customer)["id"] == str(customer.pk)


def test_customer__text_comes_as_it_is_stored(api: Api, seller: Seller) -> None:
    text = ' \U0001f600 "x" \\ </script>\n\t\x7f é'
    customer = make_customer(seller, first_name=text, notes=text, external_id=text)

    response = api.get(customer.pk)

    data = answered(response)
    assert data["firstName"] == data["notes"] == data["externalId"] == text
    assert "\U0001f600".encode() in response.content


def test_customer__head_is_get_without_the_body(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    got, head = api.get(customer.pk), api.send("HEAD", api.path(customer.pk))

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]
    assert head["Content-Length"] == str(len(got.content))


def test_customer__id_in_capitals_and_encoded(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    encoded = "".join(f"%{ord(char):02x}" for char in str(customer.pk))

    capitals, decoded = api.get(str(customer.pk).upper()), api.get(encoded)

    assert answered(capitals)["id"] == answered(decoded)["id"] == str(customer.pk)
