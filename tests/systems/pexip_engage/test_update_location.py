"""A location that is sent is the location that is read."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, Seller
from tests.factory import make_customer
from tests.systems.pexip_engage.api import LANGUAGES, Api, answered, document

POINT = {"latitude": 51.0479466, "longitude": 3.6912248}


def texts(**by_language: str) -> list[dict[str, str]]:
    return [{"language": language, "value": value} for language, value in by_language.items()]


def location(**members: Any) -> dict[str, Any]:
    translations = {"city": texts(en="Ghent"), "street1": texts(en="Street 1")}
    return {"countryCode": "BE", "geolocation": POINT, "translations": translations, **members}


def test_location__of_the_document_comes_back_as_it_was_sent(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    sample = document("get_response")["data"]["location"]
    sent = {name: sample[name] for name in ("postalCode", "countryCode", "geolocation", "translations")}

    response = api.patch(customer.pk, {"location": sent}, Accept_Language="en *")

    found = answered(response)["location"]
    assert {**found, "formattedAddress": "string"} == sample


@pytest.mark.parametrize("optional", ["state", "street2"])
def test_location__without_an_optional_member(api: Api, seller: Seller, optional: str) -> None:
    customer = make_customer(seller)
    both = {"city": texts(de="Gent"), "street1": texts(de="Weg 1"), "state": texts(de="S"), "street2": texts(de="H")}
    lacking = {name: value for name, value in both.items() if name != optional}

    found = api.update(customer, location=location(translations=lacking))["location"]
    empty = api.update(customer, location=location(translations={**lacking, optional: []}))["location"]

    assert found == empty
    assert found[optional] is None
    assert found["translations"] == {**lacking, optional: []}


def test_location__in_every_language(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    members = ("city", "state", "street1", "street2")
    translations = {member: texts(**{code: f"{member} {code}" for code in LANGUAGES}) for member in members}

    found = api.update(customer, location=location(translations=translations))["location"]

    assert found["translations"] == translations
    assert found["city"] == {"language": "de", "value": "city de"}


def test_location__texts_come_back_sorted(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    translations = {"city": texts(pl="G", en="H", da="I"), "street1": texts(nl="Straat 1", fr="Rue 1")}

    found = api.update(customer, location=location(translations=translations))["location"]["translations"]

    assert found["city"] == texts(da="I", en="H", pl="G")
    assert found["street1"] == texts(fr="Rue 1", nl="Straat 1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_location__keeps_the_language_it_was_sent_in(api: Api, seller: Seller, language: str) -> None:
    customer = make_customer(seller)
    translations = {"city": texts(**{language: "Stadt"}), "street1": texts(**{language: "Weg 1"})}

    found = api.update(customer, location=location(translations=translations))["location"]

    assert found["city"] == {"language": language, "value": "Stadt"}
    assert found["translations"] == {**translations, "state": [], "street2": []}


@pytest.mark.parametrize("postal_code", [None, "9000", "SW1A 1AA"])
def test_location__postal_code(api: Api, seller: Seller, postal_code: str | None) -> None:
    customer = make_customer(seller, address_data={"postal_code": "1"})

    assert api.update(customer, location=location(postalCode=postal_code))["location"]["postalCode"] == postal_code


@pytest.mark.parametrize(
    "point",
    [
        POINT,
        {"latitude": 0, "longitude": 0},
        {"latitude": -90, "longitude": 180},
        {"latitude": 90.0, "longitude": -180.0},
    ],
)
def test_location__geolocation(api: Api, seller: Seller, point: dict[str, float]) -> None:
    customer = make_customer(seller)

    assert api.update(customer, location=location(geolocation=point))["location"]["geolocation"] == point


@pytest.mark.parametrize("geolocation", [{}, {"geolocation": None}])
def test_location__is_kept_without_a_point_and_shown_with_one(
    api: Api, seller: Seller, geolocation: dict[str, Any]
) -> None:
    customer = make_customer(seller)
    unplaced = {**{name: value for name, value in location().items() if name != "geolocation"}, **geolocation}

    data = api.update(customer, location=unplaced)

    assert data["location"] is None
    stored = Customer.objects.get().address_data
    assert stored is not None
    Customer.objects.update(address_data={**stored, **POINT})
    assert api.location(customer)["city"] == {"language": "en", "value": "Ghent"}


@pytest.mark.parametrize("code", ["BE", "DE", "US", "GB", "GR", "JP", "NO", "no", "be"])
def test_location__country(api: Api, seller: Seller, code: str) -> None:
    customer = make_customer(seller)

    assert api.update(customer, location=location(countryCode=code))["location"]["countryCode"] == code.upper()


def test_location__replaces_the_whole_address(api: Api, seller: Seller) -> None:
    old = {"street": "A", "number": "7", "street2": "B", "postal_code": "1", "city": "C", "state": "D", "country": "FR"}
    customer = make_customer(seller, address_data={**old, "translations": {"state": {"en": "D"}}})

    found = api.update(customer, location=location())["location"]

    assert found["translations"] == {
        "city": texts(en="Ghent"),
        "state": [],
        "street1": texts(en="Street 1"),
        "street2": [],
    }
    assert (found["postalCode"], found["countryCode"]) == (None, "BE")


def test_location__null_removes_the_address_and_no_other(api: Api, seller: Seller) -> None:
    elsewhere = {"city": "Elsewhere"}
    customer = make_customer(seller, address_data={"city": "Here"}, postal_redirect_address=elsewhere)

    data = api.update(customer, location=None)

    stored = Customer.objects.get()
    assert data["location"] is None
    assert (stored.address_data, stored.postal_redirect_address) == (None, elsewhere)


def test_location__that_was_read_can_be_sent_back(api: Api, seller: Seller) -> None:
    address = {"street": "Ring", "number": "1", "city": "Wien", "country": "Austria", "latitude": 48.2, "longitude": 16}
    customer = make_customer(seller, address_data={**address, "translations": {"city": {"en": "Vienna"}}})
    read = api.location(customer)
    sent = {name: read[name] for name in ("postalCode", "countryCode", "geolocation", "translations")}

    data = api.update(customer, location=sent)

    assert data["location"] == read
    assert api.update(customer, location=sent) == data
