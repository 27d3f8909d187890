"""Hundreds of customers of every kind: each answer keeps every promise of the document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, Seller
from tests.factory import make_customer
from tests.systems.pexip_engage.api import LANGUAGES, Api

EXAMPLES = 400
property_test = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Everything that a database can keep, much of it outside the Basic Multilingual Plane.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from(
    "\U0001f600\U0002070e𝔸"
)
languages = st.sampled_from(LANGUAGES)
COUNTRIES = {"Deutschland": "DE", "Allemagne": "DE", "ドイツ": "DE", "gbr": "GB", "us": "US", "Holland": "NL"}
NO_COUNTRIES = ("", "Atlantis", "\U0001f600", "XX")


def texts(most: int, fewest: int = 1) -> st.SearchStrategy[str]:
    return st.text(characters, min_size=fewest, max_size=most)


lines = texts(30).filter(lambda text: bool(text.strip()))
by_language = st.dictionaries(languages, lines, max_size=4) | st.dictionaries(
    languages | st.sampled_from(["pt", "DE", ""]), lines | st.just(""), max_size=3
)
latitudes = st.floats(-90, 90, allow_subnormal=False) | st.integers(-90, 90)
longitudes = st.floats(-180, 180, allow_subnormal=False) | st.integers(-180, 180)
placed = {"latitude": latitudes, "longitude": longitudes}
named = {name: lines | st.just("") for name in ("street", "number", "street2", "postal_code", "city", "state")}
countries = st.sampled_from([*COUNTRIES, *NO_COUNTRIES])
translations = st.fixed_dictionaries({}, optional=dict.fromkeys(("city", "street", "street2", "state"), by_language))
anywhere: dict[str, st.SearchStrategy[Any]] = {**placed, **named, "country": countries, "translations": translations}
somewhere = st.fixed_dictionaries({}, optional=anywhere)
# Left to chance alone, few addresses would have all that a location needs.
complete = st.fixed_dictionaries(
    {**placed, "city": lines, "street": lines, "country": st.sampled_from([*COUNTRIES])},
    optional={name: anywhere[name] for name in ("number", "street2", "postal_code", "state", "translations")},
)
fields = st.fixed_dictionaries(
    {"first_name": texts(100) | st.just("-"), "last_name": texts(100) | st.just("-"), "language": languages},
    optional={
        "company_name": texts(200, 0) | st.none(),
        "external_id": texts(255, 0),
        "customer_number": texts(100, 0),
        "notes": texts(300, 0),
        "phone_number": st.just("") | st.from_regex(r"\+[1-9][0-9]{1,14}", fullmatch=True),
        "existing": st.booleans(),
        "time_zone": st.sampled_from(["", "Europe/Brussels", "Asia/Tokyo", "UTC"]),
        "address_data": st.none() | somewhere | complete | complete,
    },
)
headers = st.sampled_from(["", "*", "en *", "ja", "pl, fr;q=0.5", "nb", "zh", "de;q=0, *"])


def has_text(address: dict[str, Any], member: str) -> bool:
    translated = address.get("translations", {}).get(member, {})
    return bool(address.get(member) or any(translated.get(language) for language in LANGUAGES))


def has_location(address: dict[str, Any] | None) -> bool:
    """Return whether the address has all that the document requires of a location."""
    if address is None or not all(name in address for name in ("latitude", "longitude", "country")):
        return False
    return address["country"] in COUNTRIES and has_text(address, "city") and has_text(address, "street")


@pytest.mark.django_db
@property_test
@given(values=fields, default=languages, header=headers)
def test_generated__any_customer(api: Api, seller: Seller, values: dict[str, Any], default: str, header: str) -> None:
    Seller.objects.update(default_language=default)
    customer = make_customer(seller, **values)

    data = api.read(customer, Accept_Language=header)

    assert data["id"] == str(customer.pk)
    assert data["firstName"] == (None if values["first_name"] == "-" else values["first_name"])
    assert data["company"] == (values.get("company_name") or None)
    assert data["notes"] == (values.get("notes") or None)
    assert data["externalId"] == (values.get("external_id") or None)
    address = values.get("address_data")
    assert (data["location"] is not None) is has_location(address)
    if address and data["location"]:
        assert_shown(data["location"], address, default)


def assert_shown(location: dict[str, Any], address: dict[str, Any], default: str) -> None:
    """Assert that the location says what the address says."""
    assert location["countryCode"] == COUNTRIES[address["country"]]
    assert location["geolocation"] == {name: address[name] for name in ("latitude", "longitude")}
    assert location["postalCode"] == (address.get("postal_code") or None)
    for member in ("city", "state", "street2"):
        known = address.get("translations", {}).get(member, {})
        expected = {language: known[language] for language in LANGUAGES if known.get(language)}
        plain = address.get(member)
        if plain and plain not in expected.values():
            expected[default] = plain
        found = location["translations"][member]
        assert [(text["language"], text["value"]) for text in found] == sorted(expected.items())
        assert location[member] is None or location[member] in found


elements = st.dictionaries(languages, lines, max_size=5).map(
    lambda by: [{"language": language, "value": value} for language, value in by.items()]
)
sent_locations = st.fixed_dictionaries(
    {
        "countryCode": st.sampled_from(["BE", "DE", "JP", "US"]),
        "geolocation": st.fixed_dictionaries(placed),
        "translations": st.fixed_dictionaries(
            {"city": elements.filter(bool), "street1": elements.filter(bool)},
            optional={"state": elements, "street2": elements},
        ),
    },
    optional={"postalCode": st.none() | lines},
)


@pytest.mark.django_db
@property_test
@given(sent=sent_locations, default=languages)
def test_generated__any_location_that_is_sent(api: Api, seller: Seller, sent: dict[str, Any], default: str) -> None:
    Seller.objects.update(default_language=default)
    customer = seller.customers.first() or make_customer(seller)

    found = api.update(customer, location=sent)["location"]

    assert found["translations"] == {
        member: sorted(sent["translations"].get(member, []), key=lambda text: str(text["language"]))
        for member in ("city", "state", "street1", "street2")
    }
    assert (found["countryCode"], found["geolocation"]) == (sent["countryCode"], sent["geolocation"])
    assert found["postalCode"] == sent.get("postalCode")
    assert Customer.objects.filter(seller=seller).count() == 1
