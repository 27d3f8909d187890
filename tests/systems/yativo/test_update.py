from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_customer, make_seller
from tests.systems.yativo.api import (
    FIRST,
    SECOND,
    Api,
    assert_failed,
    assert_invalid,
    ordered,
    read_json,
    read_object,
    read_one,
)

ADDRESS = {"street": "Elm Street", "number": "5", "postal_code": "12345", "city": "Anytown", "country": "USA"}
SHOWN = {
    "city": "Anytown",
    "state": None,
    "zipcode": "12345",
    "street": "Elm Street",
    "number": "5",
    "country": "USA",
}


def assert_unchanged(customer: Customer) -> None:
    """Assert that nothing was written since the customer was made."""
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.version, stored.updated_at) == (1, customer.updated_at)
    assert CustomerChange.objects.filter(customer=customer).count() == 1


@pytest.mark.parametrize("path", [FIRST, SECOND])
def test_update__answers_in_the_first_form(api: Api, seller: Seller, path: str) -> None:
    customer = make_customer(seller, phone_number="+4930123456", address_data=ADDRESS)

    response = api.put(customer.pk, {"customer_name": "Jane Roe"}, path)

    data = {
        "customer_id": str(customer.pk),
        "customer_name": "Jane Roe",
        "customer_email": customer.email,
        "customer_phone": "+4930123456",
        "customer_country": "USA",
        "customer_address": SHOWN,
    }
    expected = {"status": "success", "status_code": 200, "message": "Request successful", "data": data}
    assert ordered(read_json(response, 200)) == ordered(expected)
    assert read_object(api.get(f"{FIRST}/{customer.pk}")) == data


def test_update__changes_what_was_sent_and_nothing_else(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, company_name="Acme", notes="Hello", address_data=ADDRESS, can_create_va=True)

    read_object(api.put(customer.pk, {"customer_phone": "+4930123456"}, X_Request_Id="req-1"))

    change = CustomerChange.objects.filter(customer=customer).first()
    assert change is not None
    assert (change.action, change.source, change.request_id) == ("updated", "api", "req-1")
    assert change.changes == {"phone_number": ["", "+4930123456"]}


@pytest.mark.parametrize("body", [{}, {"unknown": 1}, {"customer_id": "x", "customer_address_line": None}])
def test_update__of_nothing_known_changes_nothing(api: Api, seller: Seller, body: dict[str, Any]) -> None:
    customer = make_customer(seller)

    read_object(api.put(customer.pk, body))

    assert_unchanged(customer)


@pytest.mark.parametrize("country", ["USA", "Vereinigte Staaten", "us", "アメリカ合衆国"])
@pytest.mark.parametrize(("first", "last"), [("Mary Ann", "van der Berg"), ("-", "Doe"), ("-", "- Doe"), ("A ", " B")])
def test_update__sending_back_what_was_read_changes_nothing(
    api: Api, seller: Seller, country: str, first: str, last: str
) -> None:
    address = {**ADDRESS, "country": country}
    customer = make_customer(seller, first_name=first, last_name=last, phone_number="+491", address_data=address)
    first_form = read_object(api.get(f"{FIRST}/{customer.pk}"))
    second_form = read_one(api.get(f"{SECOND}/{customer.pk}"))

    for body in (first_form, second_form):
        assert read_object(api.put(customer.pk, body)) == first_form

    assert_unchanged(customer)


@pytest.mark.parametrize(
    ("first", "last"), [("Mary Ann", "van der Berg"), (" John", "Doe "), ("-", " Doe"), ("\t", " "), ("-", "Van Doe")]
)
def test_name__that_is_shown_is_not_split_anew(api: Api, seller: Seller, first: str, last: str) -> None:
    customer = make_customer(seller, first_name=first, last_name=last)
    shown = read_object(api.get(f"{FIRST}/{customer.pk}"))["customer_name"]

    read_object(api.put(customer.pk, {"customer_name": shown, "customer_phone": "+491"}))

    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name, customer.phone_number) == (first, last, "+491")


@pytest.mark.parametrize(
    ("sent", "first", "last"),
    [("Jane Roe", "Jane", "Roe"), ("Roe", "-", "Roe"), ("Mary Ann Roe ", "Mary Ann", "Roe"), ("- Roe", "-", "- Roe")],
)
def test_name__new_is_split_at_its_last_space(api: Api, seller: Seller, sent: str, first: str, last: str) -> None:
    customer = make_customer(seller)

    shown = read_object(api.put(customer.pk, {"customer_name": sent}))["customer_name"]

    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name) == (first, last)
    assert shown == sent.strip()


def test_null__clears_phone_and_address(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, phone_number="+4930123456", address_data=ADDRESS)

    shown = read_object(api.put(customer.pk, {"customer_phone": None, "customer_address": None}))

    customer.refresh_from_db()
    assert (customer.phone_number, customer.address_data) == ("", None)
    assert (shown["customer_phone"], shown["customer_country"], shown["customer_address"]) == (None, None, None)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *((name, None) for name in ("customer_name", "customer_email", "customer_country", "customer_status")),
        *((name, None) for name in ("can_create_vc", "can_create_va")),
        ("customer_name", " "),
        ("customer_email", "x"),
        ("customer_phone", ""),
        ("customer_phone", "0920"),
        ("customer_country", "US"),
        ("customer_country", "Germany"),
        ("customer_type", "x"),
        ("customer_address", "x"),
        ("can_create_vc", 2),
        ("can_create_vc", -1),
        ("can_create_va", 0.5),
        ("can_create_va", "1"),
        ("can_create_va", "true"),
        ("customer_status", "pending"),
        ("customer_status", "suspended"),
        ("customer_status", "Active"),
        ("customer_status", 1),
    ],
)
def test_update__member_refused(api: Api, seller: Seller, member: str, value: Any) -> None:
    customer = make_customer(seller, address_data=ADDRESS)

    response = api.put(customer.pk, {"customer_phone": "+4930123456", member: value})

    assert_invalid(response, member)
    assert_unchanged(customer)


def test_update__every_wrong_member_is_named(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    wrong: dict[str, Any] = {"customer_name": "", "customer_email": 1, "can_create_vc": 2, "customer_status": "x"}

    response = api.put(customer.pk, {**wrong, "customer_address": {"city": 1}})

    assert_invalid(response, *wrong, "customer_address.city")


@pytest.mark.parametrize(("sent", "kept"), [(1, True), (0, False), (True, True), (False, False)])
@pytest.mark.parametrize("member", ["can_create_vc", "can_create_va"])
def test_permission__in_all_its_spellings(api: Api, seller: Seller, member: str, sent: object, kept: bool) -> None:
    before: dict[str, Any] = {member: not kept}
    customer = make_customer(seller, **before)

    read_object(api.put(customer.pk, {member: sent}))

    assert getattr(Customer.objects.get(), member) is kept
    shown = read_one(api.get(f"{SECOND}/{customer.pk}"))
    assert (shown[member], type(shown[member])) == (int(kept), int)


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ("active", "inactive", "inactive"),
        ("inactive", "active", "active"),
        ("active", "active", "active"),
        ("inactive", "inactive", "inactive"),
        ("suspended", "inactive", "suspended"),
    ],
)
def test_status__changes(api: Api, seller: Seller, before: str, sent: str, after: str) -> None:
    customer = make_customer(seller, status=before)

    read_object(api.put(customer.pk, {"customer_status": sent}))

    assert Customer.objects.get().status == after
    assert read_one(api.get(f"{SECOND}/{customer.pk}"))["customer_status"] == sent


def test_email__of_another_customer(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    make_customer(seller, email="taken@example.com")

    response = api.put(customer.pk, {"customer_email": "Taken@Example.com"})

    assert_invalid(response, "customer_email")
    assert_unchanged(customer)


def test_email__own_in_another_case(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")

    shown = read_object(api.put(customer.pk, {"customer_email": "JOHN@example.com"}))

    assert shown["customer_email"] == "JOHN@example.com"


@pytest.mark.parametrize("id", ["x", "5ae2f659-45d2-4256-9f82-2811726a5376", "%00", "%FF", "urn:uuid:1", ".."])
def test_update__of_nobody(api: Api, id: str) -> None:
    assert_failed(api.put(id, {"customer_name": "Jane Roe"}), 404, "Customer not found")


def test_update__of_another_sellers_customer(api: Api) -> None:
    foreign = make_customer(make_seller("other"))

    for path in (FIRST, SECOND):
        assert_failed(api.put(foreign.pk, {"customer_name": "Jane Roe"}, path), 404, "Customer not found")

    assert_unchanged(foreign)
