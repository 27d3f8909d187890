"""Accept-Language: which text of a member is shown."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.systems.pexip_engage.api import LANGUAGES, Api

# The plain city is German, the seller's language; the state is known in Polish and French alone.
CITIES = {"da": "Wien da", "en": "Vienna", "fr": "Vienne", "no": "Wien no", "pl": "Wiedeń"}
ADDRESS: dict[str, Any] = {
    "street": "Ring 1",
    "city": "Wien",
    "country": "Austria",
    "latitude": 48.2,
    "longitude": 16.4,
    "translations": {"city": CITIES, "state": {"fr": "Autriche", "pl": "Austria"}},
}


@pytest.fixture
def vienna(seller: Seller) -> Customer:
    return make_customer(seller, address_data=ADDRESS)


def chosen(api: Api, customer: Customer, header: str, member: str = "city") -> str | None:
    text = api.location(customer, Accept_Language=header)[member]
    return None if text is None else str(text["language"])


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "de"),
        ("*", "de"),
        ("en", "en"),
        ("EN", "en"),
        ("en *", "en"),
        ("en, *", "en"),
        ("en,*;q=0.5", "en"),
        ("fr, en", "fr"),
        ("fr,en", "fr"),
        ("fr en", "fr"),
        ("  fr  ", "fr"),
        ("ja, pl", "pl"),
        ("ja el pl en", "pl"),
        ("ja *", "de"),
        ("ja, *", "de"),
    ],
)
def test_language__first_tag_with_a_text(api: Api, vienna: Customer, header: str, language: str) -> None:
    assert chosen(api, vienna, header) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en;q=0.5, fr", "fr"),
        ("en;q=0.5,fr;q=0.9,pl;q=0.7", "fr"),
        ("en;q=0.5, fr;q=0.5", "en"),
        ("fr;q=0.5, en;q=0.5, pl;q=0.4", "fr"),
        ("fr;q=0.001, ja", "fr"),
        ("en; q=0.1, fr; q=0.2", "fr"),
        ("en;Q=0.1, fr;q=0.2", "fr"),
        ("en;q=1.000, fr;q=1", "en"),
        ("*, en;q=0.5", "de"),
        ("*;q=0.5, en", "en"),
        ("fr;q=0.3, *;q=0.8", "de"),
        ("ja;q=0.9, *;q=0.8, en;q=0.7", "de"),
        ("fr;q=0.5 en", "en"),
        ("ja;q=0.9 pl;q=0.5", "pl"),
        ("pl;q=0.2 fr;q=0.7 en;q=0.4", "fr"),
        ("ja;q=0.9 *;q=0.5", "de"),
    ],
)
def test_language__by_quality_then_as_written(api: Api, vienna: Customer, header: str, language: str) -> None:
    assert chosen(api, vienna, header) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        *(("de-AT", "de"), ("en-GB", "en"), ("EN-us", "en"), ("en-GB-oxendict", "en"), ("fr-CA, en", "fr")),
        *(("zh-Hant-TW, pl-PL", "pl"), ("nb", "no"), ("nn", "no"), ("nb-NO", "no"), ("NN-no", "no"), ("no-NO", "no")),
    ],
)
def test_language__of_a_region(api: Api, vienna: Customer, header: str, language: str) -> None:
    assert chosen(api, vienna, header) == language


@pytest.mark.parametrize("header", ["ja", "es, nl", "zh", "pt-BR", "i-klingon", "ja;q=0.5", "el-GR ja-JP"])
def test_language__null_where_there_is_no_text(api: Api, vienna: Customer, header: str) -> None:
    assert chosen(api, vienna, header) is None


@pytest.mark.parametrize("header", [",", ", ,", ";", "???", "@@", "ü", ";q=1", "\t"])
def test_language__of_a_header_that_cannot_be_read(api: Api, vienna: Customer, header: str) -> None:
    assert chosen(api, vienna, header) == "de"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de;q=0, en", "en"),
        ("en;q=0, fr", "fr"),
        ("fr;q=0.0, pl;q=0.2", "pl"),
        ("ja, *;q=0", None),
        ("*;q=0, en", "en"),
    ],
)
def test_language__excluded(api: Api, vienna: Customer, header: str, language: str | None) -> None:
    assert chosen(api, vienna, header) == language


@pytest.mark.parametrize("header", ["*, de;q=0", "de;q=0 *", "ja, de-AT;q=0, *;q=0.1"])
def test_language__any_but_the_excluded(api: Api, vienna: Customer, header: str) -> None:
    assert chosen(api, vienna, header) in CITIES


@pytest.mark.parametrize(
    ("header", "languages"),
    [("en", (None, None)), ("fr", ("fr", None)), ("en fr", ("fr", None)), ("pl, de;q=0.5", ("pl", "de"))],
)
def test_language__each_text_by_itself(
    api: Api, vienna: Customer, header: str, languages: tuple[str | None, str | None]
) -> None:
    assert (chosen(api, vienna, header, "state"), chosen(api, vienna, header, "street1")) == languages


@pytest.mark.parametrize("header", ["", "*", "en *", "ja *", "???"])
def test_language__any_that_exists_where_the_default_does_not(api: Api, vienna: Customer, header: str) -> None:
    assert chosen(api, vienna, header, "state") in ("fr", "pl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_language__of_the_seller_is_the_default(db: None, language: str) -> None:
    seller = make_seller(default_language=language)
    api = Api(make_api_key(seller)[1])
    customer = make_customer(seller, address_data=ADDRESS, language="es")

    assert chosen(api, customer, "") == language
    assert chosen(api, customer, "*") == language
    assert chosen(api, customer, "es" if language != "es" else "nl") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_language__each_can_be_asked_for(api: Api, seller: Seller, language: str) -> None:
    cities = {known: f"Wien {known}" for known in LANGUAGES if known != "de"}
    customer = make_customer(seller, address_data={**ADDRESS, "city": "Wien de", "translations": {"city": cities}})

    location = api.location(customer, Accept_Language=language)

    assert location["city"] == {"language": language, "value": f"Wien {language}"}


@pytest.mark.parametrize("header", ["", "en", "ja", "*;q=0", "???"])
def test_language__translations_are_always_complete(api: Api, vienna: Customer, header: str) -> None:
    found = api.location(vienna, Accept_Language=header)["translations"]

    assert [text["language"] for text in found["city"]] == sorted([*CITIES, "de"])
    assert [text["language"] for text in found["state"]] == ["fr", "pl"]


def test_language__of_the_answer_to_a_change(api: Api, vienna: Customer) -> None:
    response = api.patch(vienna.pk, {"notes": "x"}, Accept_Language="fr")

    assert response.json()["data"]["location"]["city"] == {"language": "fr", "value": "Vienne"}
