"""From the record's address to the documented location, or to none."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.systems.pexip_engage.api import Api, document

ADDRESS = {
    "street": "Musterstraße",
    "number": "123",
    "postal_code": "80331",
    "city": "München",
    "country": "Deutschland",
    "latitude": 48.137154,
    "longitude": 11.576124,
}


def texts(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"language": language, "value": value} for language, value in pairs]


def make(seller: Seller, *lacking: str, **members: Any) -> Customer:
    address = {name: value for name, value in {**ADDRESS, **members}.items() if name not in lacking}
    return make_customer(seller, address_data=address)


def test_location__whole(api: Api, seller: Seller) -> None:
    customer = make(seller)

    location = api.location(customer)

    assert location == {
        "city": {"language": "de", "value": "München"},
        "state": None,
        "street1": {"language": "de", "value": "Musterstraße 123"},
        "street2": None,
        "postalCode": "80331",
        "countryCode": "DE",
        "formattedAddress": location["formattedAddress"],
        "geolocation": {"latitude": 48.137154, "longitude": 11.576124},
        "translations": {
            "city": texts(("de", "München")),
            "state": [],
            "street1": texts(("de", "Musterstraße 123")),
            "street2": [],
        },
    }


def test_location__members_in_the_documents_order(api: Api, seller: Seller) -> None:
    customer = make(seller, translations={"state": {"en": "Bavaria"}, "city": {"en": "Munich"}})
    sample = document("get_response")["data"]["location"]

    location = api.location(customer)

    assert list(location) == list(sample)
    for member in ("city", "geolocation", "translations"):
        assert list(location[member]) == list(sample[member])


@pytest.mark.parametrize("lacking", ["latitude", "longitude", "country", "city", "street"])
def test_location__null_where_a_required_member_cannot_be_filled(api: Api, seller: Seller, lacking: str) -> None:
    customer = make(seller, lacking)

    assert api.location(customer) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [("country", ""), ("country", "Atlantis"), ("country", "XX"), ("country", "  "), ("city", ""), ("street", "")],
)
def test_location__null_where_a_text_says_nothing(api: Api, seller: Seller, member: str, value: str) -> None:
    customer = make(seller, **{member: value})

    assert api.location(customer) is None


def test_location__null_without_any_address(api: Api, seller: Seller) -> None:
    nowhere = make_customer(seller)
    elsewhere = make_customer(seller, postal_redirect_address=ADDRESS)

    assert api.location(nowhere) is None
    assert api.location(elsewhere) is None


@pytest.mark.parametrize("member", ["number", "postal_code"])
def test_location__is_there_without_optional_members(api: Api, seller: Seller, member: str) -> None:
    lacking = api.location(make(seller, member))
    empty = api.location(make(seller, **{member: ""}))

    assert lacking == empty
    assert lacking["street1"]["value"] == ("Musterstraße" if member == "number" else "Musterstraße 123")
    assert lacking["postalCode"] == ("80331" if member == "number" else None)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(0, 0), (0.0, 0.0), (-90, -180), (90, 180), (1e-7, -1e-7), (51.0479466, 3.6912248)]
)
def test_geolocation__as_stored(api: Api, seller: Seller, latitude: float, longitude: float) -> None:
    customer = make(seller, latitude=latitude, longitude=longitude)

    assert api.location(customer)["geolocation"] == {"latitude": latitude, "longitude": longitude}


def test_texts__plain_ones_are_in_the_sellers_language(db: None) -> None:
    seller = make_seller("danish", default_language="da")
    customer = make(seller, street2="Baghus", state="Bayern")
    api = Api(make_api_key(seller)[1], "danish")

    location = api.location(customer)

    assert location["street2"] == {"language": "da", "value": "Baghus"}
    assert location["state"] == {"language": "da", "value": "Bayern"}
    assert location["translations"]["street2"] == texts(("da", "Baghus"))


def test_texts__translations_sorted_by_language(api: Api, seller: Seller) -> None:
    translations = {
        "city": {"pl": "Monachium", "en": "Munich", "ja": "ミュンヘン", "el": "Μόναχο", "da": "Munken"},
        "street": {"en": "Sample Street 123"},
        "street2": {"no": "Bakgård", "en": "Rear building"},
        "state": {"fr": "Bavière", "en": "Bavaria"},
    }
    customer = make(seller, "number", translations=translations)

    found = api.location(customer)["translations"]

    assert found == {
        "city": texts(
            *(("da", "Munken"), ("de", "München"), ("el", "Μόναχο"), ("en", "Munich")),
            *(("ja", "ミュンヘン"), ("pl", "Monachium")),
        ),
        "state": texts(("en", "Bavaria"), ("fr", "Bavière")),
        "street1": texts(("de", "Musterstraße"), ("en", "Sample Street 123")),
        "street2": texts(("en", "Rear building"), ("no", "Bakgård")),
    }


def test_texts__the_plain_one_is_not_repeated(api: Api, seller: Seller) -> None:
    customer = make(seller, city="Munich", translations={"city": {"en": "Munich", "fr": "Munich"}})

    assert api.location(customer)["translations"]["city"] == texts(("en", "Munich"), ("fr", "Munich"))


def test_texts__the_plain_one_wins_in_its_own_language(api: Api, seller: Seller) -> None:
    customer = make(seller, translations={"city": {"de": "Minga", "en": "Munich"}})

    assert api.location(customer)["translations"]["city"] == texts(("de", "München"), ("en", "Munich"))


@pytest.mark.parametrize("language", ["pt", "DE", "de-AT", "", "zz"])
def test_texts__in_languages_that_the_document_does_not_know(api: Api, seller: Seller, language: str) -> None:
    customer = make(seller, translations={"city": {language: "Munique"}, "state": {language: "Baviera"}})

    found = api.location(customer)["translations"]

    assert (found["city"], found["state"]) == (texts(("de", "München")), [])


def test_texts__empty_ones_are_none(api: Api, seller: Seller) -> None:
    members = {"state": "", "street2": ""}
    customer = make(seller, **members, translations={"city": {"en": ""}, "state": {"en": ""}, "number": {"en": "x"}})

    found = api.location(customer)["translations"]

    assert (found["city"], found["state"], found["street2"]) == (texts(("de", "München")), [], [])


def test_texts__translations_alone_are_enough(api: Api, seller: Seller) -> None:
    translations = {"city": {"en": "Munich"}, "street": {"fr": "Rue Exemple 1"}}
    customer = make(seller, "city", "street", "number", translations=translations)

    location = api.location(customer)

    assert location["city"] == {"language": "en", "value": "Munich"}
    assert location["translations"]["street1"] == texts(("fr", "Rue Exemple 1"))


def test_formatted_address__uses_the_chosen_texts(api: Api, seller: Seller) -> None:
    translations = {"city": {"en": "Munich"}, "street": {"en": "Sample Street"}, "state": {"en": "Bavaria"}}
    customer = make(seller, "number", state="Bayern", street2="Hinterhaus", translations=translations)

    german = api.location(customer)["formattedAddress"]
    english = api.location(customer, Accept_Language="en *")["formattedAddress"]

    assert ", " in german
    assert all(text in german for text in ("Musterstraße", "Hinterhaus", "80331", "München", "Bayern"))
    assert all(text in english for text in ("Sample Street", "Hinterhaus", "80331", "Munich", "Bavaria"))
    assert "München" not in english


def test_formatted_address__is_there_in_a_language_without_texts(api: Api, seller: Seller) -> None:
    customer = make(seller)

    location = api.location(customer, Accept_Language="ja")

    assert (location["city"], location["street1"]) == (None, None)
    assert "Musterstraße 123" in location["formattedAddress"]
    assert "München" in location["formattedAddress"]
