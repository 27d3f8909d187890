"""Whoever the customer is: every promise of the document is kept."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, Language, Seller, Status
from tests.factory import make_customer
from tests.systems.yativo.api import FIRST, JOHN, SECOND, Api, ordered, read_object, read_one

property_test = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
_numbers = itertools.count(1)

COUNTRIES = {
    "Deutschland": "DEU",
    "Germany": "DEU",
    "Allemagne": "DEU",
    "Francia": "FRA",
    "フランス": "FRA",
    "Polska": "POL",
    "Ελλάδα": "GRC",
    "Danmark": "DNK",
    "Norge": "NOR",
    "Nederland": "NLD",
    "日本": "JPN",
    "USA": "USA",
    "at": "AUT",
    "CHE": "CHE",
    "": None,
    "Atlantis": None,
}
MEMBERS = {"zipcode": "postal_code", **{name: name for name in ("city", "state", "street", "number")}}

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
astral = st.text(st.characters(min_codepoint=0x10000, exclude_categories=["Cs"]), min_size=1, max_size=100)
texts = st.text(characters, max_size=60) | astral
names = st.text(characters, min_size=1, max_size=100) | astral | st.sampled_from(["-", "- -", " ", "van der Berg"])
emails = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}", fullmatch=True)
phones = st.just("") | st.from_regex(r"\+[1-9][0-9]{1,14}", fullmatch=True)
translations = st.dictionaries(
    st.sampled_from(["city", "street", "street2", "state"]),
    st.dictionaries(st.sampled_from(Language.values), texts, max_size=3),
    max_size=3,
)
addresses = st.fixed_dictionaries(
    {"street": texts},
    optional={
        **dict.fromkeys(("number", "street2", "postal_code", "city", "state"), texts),
        "country": st.sampled_from(list(COUNTRIES)),
        "latitude": st.floats(-90, 90),
        "longitude": st.floats(-180, 180),
        "translations": translations,
    },
)
records = st.fixed_dictionaries(
    {"first_name": names, "last_name": names, "email": emails},
    optional={
        "phone_number": phones,
        "company_name": st.none() | texts,
        "language": st.sampled_from(Language.values),
        "address_data": st.none() | addresses,
        "postal_redirect_address": st.none() | addresses,
        "status": st.sampled_from(Status.values),
        "notes": texts,
        "existing": st.booleans(),
        "can_create_vc": st.booleans(),
        "can_create_va": st.booleans(),
    },
)


def store(seller: Seller, record: dict[str, Any]) -> Customer:
    return make_customer(seller, **{**record, "email": f"{record['email']}@x{next(_numbers)}.example"})


def expected_address(address: dict[str, Any] | None, order: tuple[str, ...]) -> dict[str, Any] | None:
    if address is None:
        return None
    texts = {name: address.get(member) or None for name, member in MEMBERS.items()}
    texts["country"] = COUNTRIES[address.get("country", "")]
    return {name: texts[name] for name in order}


def expected_first(customer: Customer) -> dict[str, Any]:
    first, last = customer.first_name, customer.last_name
    order = ("city", "state", "zipcode", "street", "number", "country")
    address = expected_address(customer.address_data, order)
    return {
        "customer_id": str(customer.pk),
        "customer_name": last if first == "-" else f"{first} {last}",
        "customer_email": customer.email,
        "customer_phone": customer.phone_number or None,
        "customer_country": address and address["country"],
        "customer_address": address,
    }


def expected_second(customer: Customer) -> dict[str, Any]:
    order = ("city", "state", "number", "street", "country", "zipcode")
    return {
        **expected_first(customer),
        "customer_address": expected_address(customer.address_data, order),
        "can_create_vc": int(customer.can_create_vc),
        "can_create_va": int(customer.can_create_va),
        "customer_status": "active" if customer.status == "active" else "inactive",
    }


@pytest.mark.django_db
@property_test
@given(record=records)
def test_customer__is_shown_in_both_documented_forms(api: Api, seller: Seller, record: dict[str, Any]) -> None:
    customer = store(seller, record)

    first = read_object(api.get(f"{FIRST}/{customer.pk}"))
    second = read_one(api.get(f"{SECOND}/{customer.pk}"))

    assert ordered(first) == ordered(expected_first(customer))
    assert ordered(second) == ordered(expected_second(customer))


@pytest.mark.django_db
@property_test
@given(record=records)
def test_customer__sent_back_as_shown_is_unchanged(api: Api, seller: Seller, record: dict[str, Any]) -> None:
    customer = store(seller, record)
    shown = read_one(api.get(f"{SECOND}/{customer.pk}"))
    if shown["customer_country"] is None:
        del shown["customer_country"]

    answer = read_object(api.put(customer.pk, shown))

    assert ordered(answer) == ordered(expected_first(customer))
    customer.refresh_from_db()
    assert customer.version == 1


@pytest.mark.django_db
@property_test
@given(name=st.text(characters, max_size=100).map(str.strip).filter(bool) | astral)
def test_name__is_joined_back_as_it_was_sent(api: Api, name: str) -> None:
    body = {**JOHN, "customer_name": f"  {name} ", "customer_email": f"a@x{next(_numbers)}.example"}

    created = read_object(api.post(body), 201)

    assert created["customer_name"] == name
    customer = Customer.objects.get(pk=created["customer_id"])
    assert read_object(api.get(f"{FIRST}/{customer.pk}"))["customer_name"] == name
    assert name in (customer.last_name, f"{customer.first_name} {customer.last_name}")
    assert (customer.first_name == "-") == (customer.last_name == name)
