from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.systems.yativo.api import (
    FIRST,
    JOHN,
    SECOND,
    Api,
    assert_failed,
    assert_invalid,
    ordered,
    read_json,
    read_object,
    read_one,
)

ADDRESS = {
    "city": "Anytown",
    "state": "Anystate",
    "zipcode": "12345",
    "street": "1234 Elm Street",
    "number": "5678",
    "country": "USA",
}


@pytest.mark.parametrize("path", [FIRST, SECOND])
def test_create__answers_in_the_first_form(api: Api, path: str) -> None:
    response = api.post({**JOHN, "customer_address": ADDRESS}, path)

    customer = Customer.objects.get()
    data = {"customer_id": str(customer.pk), **JOHN, "customer_address": ADDRESS}
    expected = {"status": "success", "status_code": 201, "message": "Request successful", "data": data}
    assert ordered(read_json(response, 201)) == ordered(expected)
    assert read_object(api.get(f"{FIRST}/{customer.pk}")) == data


def test_create__stores_the_customer_with_its_history(api: Api, seller: Seller) -> None:
    read_object(api.post({**JOHN, "customer_address": ADDRESS}, X_Request_Id="req-1"), 201)

    customer = Customer.objects.get()
    assert (customer.seller, customer.first_name, customer.last_name) == (seller, "John", "Doe")
    assert (customer.email, customer.phone_number) == ("john@example.com", "+19203751411")
    assert customer.address_data == {
        "street": "1234 Elm Street",
        "number": "5678",
        "postal_code": "12345",
        "city": "Anytown",
        "state": "Anystate",
        "country": "USA",
    }
    change = CustomerChange.objects.get()
    assert (change.action, change.source, change.request_id) == ("created", "api", "req-1")
    assert change.api_key is not None


def test_create__defaults(api: Api) -> None:
    created = read_object(api.post(JOHN), 201)

    one = read_one(api.get(f"{SECOND}/{created['customer_id']}"))
    assert (one["can_create_vc"], one["can_create_va"], one["customer_status"]) == (0, 0, "active")
    assert Customer.objects.get().company_name is None


@pytest.mark.parametrize(
    ("sent", "shown", "first", "last"),
    [
        ("John Doe", "John Doe", "John", "Doe"),
        ("Mary Ann van der Berg", "Mary Ann van der Berg", "Mary Ann van der", "Berg"),
        ("Doe", "Doe", "-", "Doe"),
        ("- Doe", "- Doe", "-", "- Doe"),
        ("-", "-", "-", "-"),
        ("  John Doe\t", "John Doe", "John", "Doe"),
        (" Doe ", "Doe", "-", "Doe"),
        ("John  Doe", "John  Doe", "John ", "Doe"),
        ("山田 太郎", "山田 太郎", "山田", "太郎"),
        ("😀 😀", "😀 😀", "😀", "😀"),
        (f"{'a' * 100} {'b' * 100}", f"{'a' * 100} {'b' * 100}", "a" * 100, "b" * 100),
        ("x" * 100, "x" * 100, "-", "x" * 100),
    ],
)
def test_name__is_split_at_its_last_space(api: Api, sent: str, shown: str, first: str, last: str) -> None:
    created = read_object(api.post({**JOHN, "customer_name": sent}), 201)

    customer = Customer.objects.get()
    assert (customer.first_name, customer.last_name) == (first, last)
    assert created["customer_name"] == shown


@pytest.mark.parametrize(
    "name",
    ["", " ", "\t\n", None, 5, True, [], {}, "x" * 101, f"John {'x' * 101}", f"{'x' * 101} Doe", "a\0b", "\ud800"],
)
def test_name__refused(api: Api, name: Any) -> None:
    assert_invalid(api.post({**JOHN, "customer_name": name}), "customer_name")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "email", ["", None, 5, [], "john", "john@localhost", "jöhn@example.com", "john@example.com\n", "a b@example.com"]
)
def test_email__refused(api: Api, email: Any) -> None:
    assert_invalid(api.post({**JOHN, "customer_email": email}), "customer_email")
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "phone",
    ["", None, 19203751411, "19203751411", "+0123", "+1", "+1234567890123456", "+1 920", "+١٢٣", "+19203751411\n"],
)
def test_phone__refused(api: Api, phone: Any) -> None:
    assert_invalid(api.post({**JOHN, "customer_phone": phone}), "customer_phone")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("country", ["", None, 5, "US", "United States", "XYZ", "USAA", "U.S.A.", "\0"])
def test_country__refused(api: Api, country: Any) -> None:
    assert_invalid(api.post({**JOHN, "customer_country": country}), "customer_country")
    assert not Customer.objects.exists()


@pytest.mark.parametrize("code", ["DEU", "JPN", "POL", "GRC", "NOR", "GBR", "CHE", "XKX"])
def test_country__is_the_address_where_nothing_else_is_known(api: Api, code: str) -> None:
    created = read_object(api.post({**JOHN, "customer_country": code}), 201)

    assert created["customer_country"] == code
    assert created["customer_address"] == {**dict.fromkeys(ADDRESS), "country": code}


@pytest.mark.parametrize(("kind", "company"), [("business", "John Doe"), ("individual", None)])
def test_type__a_business_is_a_company(api: Api, kind: str, company: str | None) -> None:
    read_object(api.post({**JOHN, "customer_type": kind}), 201)

    assert Customer.objects.get().company_name == company


@pytest.mark.parametrize("kind", ["", "Business", "company", 1, [], {}])
def test_type__refused(api: Api, kind: Any) -> None:
    assert_invalid(api.post({**JOHN, "customer_type": kind}), "customer_type")


def test_address__members_may_be_null_or_missing(api: Api) -> None:
    created = read_object(api.post({**JOHN, "customer_address": {"city": "Anytown", "state": None}}), 201)

    assert created["customer_address"] == {**dict.fromkeys(ADDRESS), "city": "Anytown", "country": "USA"}


def test_address__null_is_none(api: Api) -> None:
    created = read_object(api.post({**JOHN, "customer_address": None}), 201)

    assert (created["customer_country"], created["customer_address"]["city"]) == ("USA", None)


@pytest.mark.parametrize(
    ("address", "members"),
    [
        ("Anytown", [""]),
        ([], [""]),
        (5, [""]),
        ({"zipcode": 12345}, [".zipcode"]),
        ({"street": ["x"]}, [".street"]),
        ({"number": {}}, [".number"]),
        ({"state": False}, [".state"]),
        ({"city": "a\0b"}, [".city"]),
        ({"street": "\udfff"}, [".street"]),
        ({"country": "DEU"}, [".country"]),
        ({"country": 5}, [".country"]),
        ({"city": 1, "number": 2, "country": "US"}, [".city", ".number", ".country"]),
    ],
)
def test_address__refused(api: Api, address: Any, members: list[str]) -> None:
    response = api.post({**JOHN, "customer_address": address})

    assert_invalid(response, *(f"customer_address{member}" for member in members))
    assert not Customer.objects.exists()


def test_create__every_wrong_member_is_named(api: Api) -> None:
    required = ("customer_name", "customer_email", "customer_phone", "customer_country")
    wrong = {"customer_name": "", "customer_email": "x", "customer_phone": "1", "customer_country": "x"}
    others = {"customer_type": "x", "customer_address": 5}

    assert_invalid(api.post({}), *required)
    assert_invalid(api.post({**wrong, **others}), *wrong, *others)
    assert not Customer.objects.exists()


def test_create__a_name_too_long_is_named_with_the_others(api: Api) -> None:
    wrong = {"customer_name": "x" * 101, "customer_email": "x"}

    assert_invalid(api.post({**JOHN, **wrong}), *wrong)


def test_create__unknown_and_read_only_members_are_ignored(api: Api) -> None:
    more = {"customer_id": "x", "id": 5, "version": [], "__proto__": {}, "seller": "x", "notes": "x", "a\0": "\ud800"}

    created = read_object(api.post({**JOHN, **more, "customer_address": {"planet": {"x": 1}}}), 201)

    assert created["customer_id"] == str(Customer.objects.get().pk)
    assert Customer.objects.get().notes == ""


@pytest.mark.parametrize("email", ["john@example.com", "JOHN@Example.COM"])
def test_email__taken_in_any_letter_case(api: Api, seller: Seller, email: str) -> None:
    make_customer(seller, email="John@example.com")

    assert_invalid(api.post({**JOHN, "customer_email": email}), "customer_email")
    assert Customer.objects.count() == 1


def test_email__of_another_sellers_customer_is_free(api: Api) -> None:
    make_customer(make_seller("other"), email=JOHN["customer_email"])

    read_object(api.post(JOHN), 201)


def test_plan__is_full(db: None) -> None:
    seller = make_seller(customer_limit=1)
    make_customer(seller)

    assert_failed(Api(make_api_key(seller)[1]).post(JOHN), 403)
    assert Customer.objects.count() == 1
