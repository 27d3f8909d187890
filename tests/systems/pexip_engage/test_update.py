"""What a change may say, member by member."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_customer
from tests.systems.pexip_engage.api import LANGUAGES, Api, answered, same

FULL: dict[str, Any] = {
    "external_id": "EXT-1",
    "customer_number": "K-1",
    "email": "john@example.com",
    "company_name": "Acme",
    "language": "pl",
    "notes": "Old",
    "phone_number": "+4930123456",
    "existing": True,
    "time_zone": "Asia/Tokyo",
    "address_data": {"street": "A 1", "city": "B", "country": "Japan", "latitude": 1, "longitude": 2},
}

CHANGES: list[tuple[str, Any, str, Any]] = [
    ("externalId", "x", "external_id", "x"),
    ("externalId", "\U0001f600" * 255, "external_id", "\U0001f600" * 255),
    ("customerNumber", "123456", "customer_number", "123456"),
    ("customerNumber", "n" * 100, "customer_number", "n" * 100),
    ("email", "jane.doe@pexip.com", "email", "jane.doe@pexip.com"),
    ("firstName", "Jane", "first_name", "Jane"),
    ("firstName", "ж" * 100, "first_name", "ж" * 100),
    ("lastName", "Roe", "last_name", "Roe"),
    ("company", "Acme Corp", "company_name", "Acme Corp"),
    ("company", "c" * 200, "company_name", "c" * 200),
    ("notes", "Lorem ipsum\n" * 1000, "notes", "Lorem ipsum\n" * 1000),
    ("phoneNumber", "+32412345678", "phone_number", "+32412345678"),
    ("existing", False, "existing", False),
    ("timeZone", "Europe/Brussels", "time_zone", "Europe/Brussels"),
    *(("language", language, "language", language) for language in LANGUAGES),
]
NULLS: list[tuple[str, str, Any, Any]] = [
    ("externalId", "external_id", "", None),
    ("customerNumber", "customer_number", "", None),
    ("firstName", "first_name", "-", None),
    ("lastName", "last_name", "-", None),
    ("language", "language", "de", "de"),
    ("notes", "notes", "", None),
    ("phoneNumber", "phone_number", "", None),
    ("existing", "existing", False, False),
    ("timeZone", "time_zone", "", "Europe/Berlin"),
    ("location", "address_data", None, None),
]


@pytest.mark.parametrize(("member", "value", "field", "stored"), CHANGES)
def test_update__of_one_member(api: Api, seller: Seller, member: str, value: Any, field: str, stored: Any) -> None:
    customer = make_customer(seller, **FULL)
    before = api.read(customer)

    data = api.update(customer, **{member: value})

    assert data[member] == value
    assert {**data, member: None, "updatedAt": None} == {**before, member: None, "updatedAt": None}
    assert getattr(Customer.objects.get(), field) == stored
    assert api.read(customer) == data


@pytest.mark.parametrize(("member", "field", "stored", "answer"), NULLS)
def test_update__null(api: Api, seller: Seller, member: str, field: str, stored: Any, answer: Any) -> None:
    customer = make_customer(seller, **FULL)

    data = api.update(customer, **{member: None})

    assert data[member] == answer
    assert getattr(Customer.objects.get(), field) == stored


@pytest.mark.parametrize("company", ["Acme", None])
def test_update__null_company(api: Api, seller: Seller, company: str | None) -> None:
    customer = make_customer(seller, company_name=company)

    assert api.update(customer, company=None)["company"] is None
    assert not Customer.objects.get().company_name


def test_update__null_language_is_the_sellers(api: Api, seller: Seller) -> None:
    Seller.objects.update(default_language="nl")
    customer = make_customer(seller, language="fr")

    assert api.update(customer, language=None)["language"] == "nl"


def test_update__null_time_zone_follows_the_seller(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, time_zone="Asia/Tokyo")

    api.update(customer, timeZone=None)
    Seller.objects.update(time_zone="Europe/Oslo")

    assert api.read(customer)["timeZone"] == "Europe/Oslo"


def test_update__of_everything_at_once(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    members = {member: value for member, value, _field, _stored in CHANGES}

    data = api.update(customer, **members)

    assert {member: data[member] for member in members} == members


def test_update__is_answered_as_it_is_read(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, **FULL)

    changed = api.patch(customer.pk, {"firstName": "Jane"})
    read = api.get(customer.pk)

    assert same(answered(changed), answered(read))
    assert changed.content == read.content


def test_update__is_recorded_as_the_keys_change(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    api.patch(customer.pk, {"firstName": "Jane"}, X_Correlation_Id="mine")

    change = CustomerChange.objects.first()
    assert change is not None
    assert change.changes == {"first_name": ["John", "Jane"]}
    assert (change.source, change.request_id) == ("api", "mine")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"firstName": "John"},
        {"firstName": "John", "lastName": "Doe", "existing": True, "notes": "Old"},
        {"unknown": 1},
        {"unknown": {"deep": [None]}, "first_name": "Jane", "id": "1", "createdAt": "x", "deletedAt": None},
        {"status": "inactive", "seller": "x", "company_name": "x", "firstname": 5},
    ],
)
def test_update__of_nothing_new_writes_nothing(api: Api, seller: Seller, body: dict[str, Any]) -> None:
    customer = make_customer(seller, **FULL)
    before = api.get(customer.pk).content

    response = api.patch(customer.pk, body)

    assert response.content == before
    assert Customer.objects.get().version == 1
    assert CustomerChange.objects.count() == 1


def test_update__one_name_null_and_the_other_given(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    data = api.update(customer, firstName=None, lastName="Roe")

    assert (data["firstName"], data["lastName"]) == (None, "Roe")
    assert (Customer.objects.get().first_name, Customer.objects.get().last_name) == ("-", "Roe")


def test_update__swaps_which_name_is_null(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, first_name="-")

    data = api.update(customer, firstName="Jane", lastName=None)

    assert (data["firstName"], data["lastName"]) == ("Jane", None)


@pytest.mark.parametrize("body", [{}, {"notes": "x"}, {"firstName": "Jane"}])
def test_update__of_a_customer_without_any_name(api: Api, seller: Seller, body: dict[str, Any]) -> None:
    customer = make_customer(seller, first_name="-", last_name="-")

    data = api.update(customer, **body)

    assert {member: data[member] for member in body} == body
    assert data["lastName"] is None


def test_update__own_email_in_another_case(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")

    assert api.update(customer, email="JOHN@example.com")["email"] == "JOHN@example.com"


def test_update__of_a_doubled_member_the_last_wins(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    response = api.patch(customer.pk, b'{"firstName": "Jane", "firstName": "Joan"}')

    assert answered(response)["firstName"] == "Joan"
