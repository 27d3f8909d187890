"""Pexip Engage's customers: the document's sample, names, phone numbers, addresses, and who is deleted there."""

from __future__ import annotations

from typing import Any

import pytest

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_actor
from tests.pulling.running import Here, document
from tests.pulling.upstream import always
from tests.pulling.vendors import PexipEngage

DELETED = "2022-08-17T19:05:21.362Z"


def text(value: str, language: str = "en") -> dict[str, str]:
    return {"language": language, "value": value}


def location(**members: Any) -> dict[str, Any]:
    """Return a complete location in Munich; `members` take the place of its own."""
    munich = [text("München", "de"), text("Munich")]
    translations = {"city": munich, "state": [], "street1": [text("Marienplatz 1", "de")], "street2": []}
    named = {"city": text("Munich"), "state": None, "street1": text("Marienplatz 1", "de"), "street2": None}
    place = {"latitude": 48.137, "longitude": 11.575}
    fixed = {"postalCode": "80331", "countryCode": "DE", "formattedAddress": "Marienplatz 1, 80331 Munich"}
    return {**named, **fixed, "geolocation": place, "translations": translations, **members}


def test_document__the_sample_of_somebody_who_is_not_deleted(here: Here, pexip: PexipEngage) -> None:
    body = document("pexip_engage")
    body["data"]["deletedAt"] = None
    pexip.special["123"] = always(200, body)

    pulled = here.pull_ids("pexip_engage", "123")

    one = here.customer("123")
    assert (pulled.code, pulled.counts) == (0, (1, 0, 0, 0))
    assert (one.first_name, one.last_name, one.email) == ("John", "Doe", "john.doe@pexip.com")
    assert (one.external_id, one.customer_number, one.company_name) == ("ABCD1234", "123456", "Acme Corp")
    assert (one.language, one.notes, one.phone_number) == ("da", "Lorem ipsum", "+32412345678")
    assert (one.existing, one.time_zone, one.status) == (True, "Europe/Brussels", "active")
    address = one.address_data or {}
    texts = {name: address[name] for name in ("street", "street2", "city", "state")}
    assert set(texts.values()) == {"Lorem ipsum"}
    assert (address["postal_code"], address["country"]) == ("9000", "BE")
    assert (address["latitude"], address["longitude"]) == (51.0479466, 3.6912248)
    assert address["translations"] == {name: {"en": "Lorem ipsum"} for name in texts}


def test_document__the_sample_is_deleted(here: Here, pexip: PexipEngage) -> None:
    pexip.special["123"] = always(200, document("pexip_engage"))

    pulled = here.pull("pexip_engage", "--id", "123", "--rejects", here.rejects_file)

    assert (pulled.code, pulled.counts) == (1, (0, 0, 0, 1))
    assert "deleted" in next(iter(pulled.reasons)).lower()
    assert here.rejects()[0]["record"] == document("pexip_engage")["data"]
    assert not Customer.objects.exists()


def test_call__is_that_of_the_document(here: Here, pexip: PexipEngage) -> None:
    pexip.put("1234")

    here.pull_ids("pexip_engage", "1234")

    (request,) = pexip.requests
    assert (request.method, request.path) == ("GET", "/enterprises/there/customers/1234")


def test_enterprise__is_the_slug_unless_it_is_told(here: Here) -> None:
    with PexipEngage() as pexip:
        here.variables |= pexip.variables
        here.connect("pexip_engage")

        here.pull_ids("pexip_engage", "1234")

        assert [request.path for request in pexip.requests] == ["/enterprises/acme/customers/1234"]


def test_names__a_missing_part_is_a_dash(here: Here, pexip: PexipEngage) -> None:
    pexip.put("first", lastName=None)
    pexip.put("last", firstName=None)

    here.pull_ids("pexip_engage", "first", "last")

    first, last = here.customer("first"), here.customer("last")
    assert (first.first_name, first.last_name) == ("Ada", "-")
    assert (last.first_name, last.last_name) == ("-", "Lovelace2")


def test_phone_number__without_separators(here: Here, pexip: PexipEngage) -> None:
    numbers = ["+32 412 34 56 78", "+32 (412) 34-56-78", "+32.412.345.678", "+32/412345678", "+32\u00a0412\u2009345678"]
    for number, written in enumerate(numbers):
        pexip.put(f"c{number}", phoneNumber=written)

    pulled = here.pull_ids("pexip_engage", *pexip.records)

    assert pulled.counts == (5, 0, 0, 0)
    assert {one.phone_number for one in here.customers()} == {"+32412345678"}


def test_absent__is_what_nobody_gave(here: Here, pexip: PexipEngage) -> None:
    Seller.objects.filter(pk=here.seller.pk).update(default_language="fr")
    pexip.put("c1", language=None)

    here.pull_ids("pexip_engage", "c1")

    one = here.customer("c1")
    assert (one.company_name, one.address_data, one.language) == (None, None, "fr")
    assert (one.notes, one.phone_number, one.external_id, one.customer_number) == ("", "", "", "")


def test_new_members__are_ignored(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", loyalty={"points": 5}, location=location(planet="Earth"))

    pulled = here.pull_ids("pexip_engage", "c1")

    assert pulled.counts == (1, 0, 0, 0)


def test_location__every_translation_is_kept(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", location=location())

    here.pull_ids("pexip_engage", "c1")

    address = here.customer("c1").address_data or {}
    assert address["translations"]["city"] == {"de": "München", "en": "Munich"}
    assert (address["city"], address["street"]) == ("Munich", "Marienplatz 1")
    assert (address["postal_code"], address["country"]) == ("80331", "DE")
    assert "state" not in address


def test_location__taken_away_there_is_taken_away_here(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", location=location())
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["location"] = None

    again = here.pull_ids("pexip_engage", "c1")

    assert again.counts == (0, 1, 0, 0)
    assert here.customer("c1").address_data is None


def test_location__in_another_order_is_the_same(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", location=location())
    here.pull_ids("pexip_engage", "c1")
    turned = {name: list(reversed(texts)) for name, texts in location()["translations"].items()}
    pexip.records["c1"]["location"] = dict(reversed(location(translations=turned).items()))

    again = here.pull_ids("pexip_engage", "c1")

    assert again.counts == (0, 0, 1, 0)


@pytest.mark.parametrize("code", ["XX", "Q1"])
def test_location__country_that_is_none(here: Here, pexip: PexipEngage, code: str) -> None:
    pexip.put("c1", location=location(countryCode=code))

    pulled = here.pull_ids("pexip_engage", "c1")

    assert (pulled.code, pulled.counts) == (1, (0, 0, 0, 1))
    assert "country" in next(iter(pulled.reasons)).lower()


def test_deleted_there__is_deleted_and_restored_here(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["deletedAt"] = DELETED
    deleted, still = here.pull_ids("pexip_engage", "c1"), here.pull_ids("pexip_engage", "c1")
    gone = here.customer("c1").deleted_at
    pexip.records["c1"]["deletedAt"] = None

    restored = here.pull_ids("pexip_engage", "c1")

    assert (deleted.counts, still.counts, restored.counts) == ((0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0))
    assert gone is not None
    assert here.customer("c1").deleted_at is None
    changes = CustomerChange.objects.order_by("id").values_list("action", "source", "system")
    assert list(changes) == [(one, "pull", "pexip_engage") for one in ("created", "deleted", "restored")]


def test_restored_there__with_what_changed_meanwhile(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", deletedAt=None)
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["deletedAt"] = DELETED
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"].update(deletedAt=None, company="Changed meanwhile")

    restored = here.pull_ids("pexip_engage", "c1")

    assert restored.counts == (0, 1, 0, 0)
    assert (here.customer("c1").deleted_at, here.customer("c1").company_name) == (None, "Changed meanwhile")


def test_deleted_there__restored_by_staff_stays(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["deletedAt"] = DELETED
    here.pull_ids("pexip_engage", "c1")
    services.restore_customer(here.customer("c1"), actor=make_actor())

    again = here.pull_ids("pexip_engage", "c1")

    assert again.counts == (0, 0, 1, 0)
    assert here.customer("c1").deleted_at is None
