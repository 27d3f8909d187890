"""Countries, names, numbers and addresses, where systems write them in other ways than the record."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Address
from customers.models.address import keep_known
from customers.models.country import all_countries, find_country, same_country
from customers.models.customer import plain_phone_number
from customers.models.names import join_name, split_name


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ({"street": "Ring 5"}, {"street": "Ring", "number": "5", "street2": "Hof", "translations": {"street": "r"}}),
        ({"street": "Ring 6"}, {}),
        ({"city": "Ulm", "postal_code": "89073"}, {"state": "BW", "translations": {"city": "u"}}),
        (
            {"street": "Ring 5", "city": "Ulm", "postal_code": "89073"},
            {
                **{
                    "street": "Ring",
                    "number": "5",
                    "street2": "Hof",
                    "state": "BW",
                    "latitude": 48.4,
                    "longitude": 10.0,
                },
                "translations": {"street": "r", "city": "u"},
            },
        ),
        ({}, {}),
    ],
)
def test_keep_known__what_still_holds_of_an_address(new: dict[str, Any], kept: dict[str, Any]) -> None:
    """The system that tells `new` knows street, city, postal code and country alone."""
    old = {
        **{"street": "Ring", "number": "5", "street2": "Hof", "state": "BW", "postal_code": "89073", "city": "Ulm"},
        **{"latitude": 48.4, "longitude": 10.0, "translations": {"street": "r", "city": "u"}},
    }

    found = keep_known(new, old, ("street", "city", "postal_code", "country"))

    assert found == {**new, **kept}


def test_street_line__is_nothing_without_a_street() -> None:
    assert Address(street="Ring", number="5").street_line() == "Ring 5"
    assert Address(number="5").street_line() == ""


@pytest.mark.parametrize(
    ("text", "alpha2", "alpha3"),
    [
        ("Deutschland", "DE", "DEU"),
        ("GERMANY", "DE", "DEU"),
        ("ドイツ", "DE", "DEU"),
        ("Γερμανία", "DE", "DEU"),
        ("deu", "DE", "DEU"),
        ("U.S.A.", "US", "USA"),
        ("uk", "GB", "GBR"),
        ("Osterreich", "AT", "AUT"),
        ("Kosovo", "XK", "XKX"),
    ],
)
def test_country__by_name_or_code(text: str, alpha2: str, alpha3: str) -> None:
    assert find_country(text) == (alpha2, alpha3)
    assert same_country(text, alpha2)


@pytest.mark.parametrize("text", ["Atlantis", "", None, "EU", "ZZ", "D", "x" * 10_000])
def test_country__unknown(text: str | None) -> None:
    assert find_country(text) is None
    assert not same_country(text, text)


def test_countries__are_those_of_iso_and_kosovo() -> None:
    countries = all_countries()

    assert len({one.alpha2 for one in countries}) == len({one.alpha3 for one in countries}) == len(countries) == 250


@pytest.mark.parametrize("text", ["John Doe", "Doe", "- Doe", "-", "- -", "A  B", "Mary Ann van der Berg", "太郎"])
def test_name__is_joined_back(text: str) -> None:
    first, last = split_name(f" {text} ")

    assert join_name(first, last) == text
    assert first
    assert last


def test_phone_number__without_what_stands_between() -> None:
    assert plain_phone_number(" +49 (0)30 / 12.34-5 ") == "+493012345"
