"""The address of a customer, which the record keeps in more members and countries in any words."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, Seller
from tests.factory import make_customer
from tests.systems.yativo.api import FIRST, SECOND, Api, assert_invalid, read_object, read_one

NOTHING = dict.fromkeys(("city", "state", "zipcode", "street", "number", "country"))
BERLIN = {
    "street": "Unter den Linden",
    "number": "1",
    "street2": "Hinterhaus",
    "postal_code": "10117",
    "city": "Berlin",
    "country": "Deutschland",
    "latitude": 52.5,
    "longitude": 13.4,
    "translations": {"city": {"pl": "Berlin"}},
}
UNREAD = ["Atlantis", "XX", "ZZZ", "EU", "-", "12", "?"]


def shown(api: Api, customer: Customer) -> tuple[Any, Any]:
    """Return country and address, which are the same in both forms."""
    one = read_object(api.get(f"{FIRST}/{customer.pk}"))
    other = read_one(api.get(f"{SECOND}/{customer.pk}"))
    assert (one["customer_country"], one["customer_address"]) == (other["customer_country"], other["customer_address"])
    return one["customer_country"], one["customer_address"]


def test_address__none(api: Api, seller: Seller) -> None:
    assert shown(api, make_customer(seller, address_data=None)) == (None, None)


def test_address__all_members_whatever_was_given(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, address_data={"city": "Berlin", "state": ""})

    assert shown(api, customer) == (None, {**NOTHING, "city": "Berlin"})


def test_address__what_the_document_does_not_know_is_left_out(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, address_data=BERLIN)

    address = {"city": "Berlin", "zipcode": "10117", "street": "Unter den Linden", "number": "1", "country": "DEU"}
    assert shown(api, customer) == ("DEU", {**NOTHING, **address})


def test_address__the_postal_redirect_is_another(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, address_data=None, postal_redirect_address=BERLIN)

    assert shown(api, customer) == (None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deutschland", "DEU"),
        ("Germany", "DEU"),
        ("Allemagne", "DEU"),
        ("Alemania", "DEU"),
        ("Tyskland", "DEU"),
        ("Niemcy", "DEU"),
        ("Duitsland", "DEU"),
        ("Γερμανία", "DEU"),
        ("ドイツ", "DEU"),
        ("de", "DEU"),
        ("DEU", "DEU"),
        ("  germany ", "DEU"),
        ("Österreich", "AUT"),
        ("Osterreich", "AUT"),
        ("Schweiz", "CHE"),
        ("UK", "GBR"),
        ("Holland", "NLD"),
        ("USA", "USA"),
        ("U.S.A.", "USA"),
        ("United States", "USA"),
    ],
)
def test_country__in_any_words(api: Api, seller: Seller, text: str, code: str) -> None:
    customer = make_customer(seller, address_data={"country": text})

    assert shown(api, customer) == (code, {**NOTHING, "country": code})


@pytest.mark.parametrize("text", ["", *UNREAD])
def test_country__that_cannot_be_read(api: Api, seller: Seller, text: str) -> None:
    customer = make_customer(seller, address_data={"city": "Berlin", "country": text})

    assert shown(api, customer) == (None, {**NOTHING, "city": "Berlin"})


@pytest.mark.parametrize("text", ["Deutschland", "de", "DEU", "ドイツ"])
def test_country__sent_anew_is_kept_as_written(api: Api, seller: Seller, text: str) -> None:
    customer = make_customer(seller, address_data={**BERLIN, "country": text})

    read_object(api.put(customer.pk, {"customer_country": "DEU"}))

    customer.refresh_from_db()
    assert customer.address_data == {**BERLIN, "country": text}
    assert customer.version == 1


@pytest.mark.parametrize("address", [BERLIN, {**BERLIN, "country": "Atlantis"}, {"street2": "Hinterhaus"}])
def test_address__sent_back_as_shown_keeps_what_the_document_does_not_know(
    api: Api, seller: Seller, address: dict[str, Any]
) -> None:
    customer = make_customer(seller, address_data=address)

    read_object(api.put(customer.pk, {"customer_address": shown(api, customer)[1]}))

    customer.refresh_from_db()
    assert customer.address_data == address
    assert customer.version == 1


@pytest.mark.parametrize("before", ["Deutschland", *UNREAD])
def test_country__new_changes_the_address(api: Api, seller: Seller, before: str) -> None:
    customer = make_customer(seller, address_data={"city": "Brest", "country": before})

    answer = read_object(api.put(customer.pk, {"customer_country": "FRA"}))

    customer.refresh_from_db()
    assert customer.address_data == {"city": "Brest", "country": "FRA"}
    assert (answer["customer_country"], answer["customer_address"]["country"]) == ("FRA", "FRA")


def test_country__makes_an_address_where_there_is_none(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, address_data=None)

    answer = read_object(api.put(customer.pk, {"customer_country": "FRA"}))

    assert answer["customer_address"] == {**NOTHING, "country": "FRA"}


def test_country__of_address_and_customer_must_agree(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, address_data=BERLIN)

    response = api.put(customer.pk, {"customer_country": "FRA", "customer_address": {"country": "DEU"}})

    assert_invalid(response, "customer_address.country")
    customer.refresh_from_db()
    assert (customer.address_data, customer.version) == (BERLIN, 1)


def test_address__new(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    sent = {
        "city": "Brest",
        "state": "Bretagne",
        "zipcode": "29200",
        "street": "Rue X",
        "number": "7",
        "country": "FRA",
    }

    answer = read_object(api.put(customer.pk, {"customer_address": sent}))

    assert answer["customer_address"] == sent
    customer.refresh_from_db()
    assert customer.address_data == {
        "street": "Rue X",
        "number": "7",
        "postal_code": "29200",
        "city": "Brest",
        "state": "Bretagne",
        "country": "FRA",
    }
