"""Changes that are refused: 400 for what the page does not allow, 422 for a rule of ours."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_customer, make_seller
from tests.systems.pexip_engage.api import Api, assert_refused

TEXTS = (
    *("externalId", "customerNumber", "email", "firstName", "lastName", "company", "language", "notes"),
    *("phoneNumber", "timeZone"),
)
CITY = [{"language": "en", "value": "Munich"}]
STREET = [{"language": "en", "value": "Ring 1"}]
POINT = {"latitude": 48.1, "longitude": 11.5}
LOCATION: dict[str, Any] = {"countryCode": "DE", "translations": {"city": CITY, "street1": STREET}}


def located(**members: Any) -> dict[str, Any]:
    return {**LOCATION, **members}


def translated(**members: Any) -> dict[str, Any]:
    return located(translations={**LOCATION["translations"], **members})


def without(location: dict[str, Any], member: str) -> dict[str, Any]:
    return {name: value for name, value in location.items() if name != member}


def each(*values: Any) -> tuple[Any, ...]:
    return values


def refuse(api: Api, seller: Seller, body: Any, status: int) -> None:
    """Assert that the change is refused, and that nothing of it was written."""
    customer = make_customer(seller, address_data={"city": "Old"})

    response = api.patch(customer.pk, body)

    assert_refused(response, status)
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.version, stored.first_name, stored.address_data) == (1, "John", {"city": "Old"})
    assert CustomerChange.objects.filter(customer=customer).count() == 1


@pytest.mark.parametrize("body", [[], [{}], "x", 1, True, b"null", b'""', b"0"])
def test_400__not_an_object(api: Api, seller: Seller, body: Any) -> None:
    refuse(api, seller, body, 400)


@pytest.mark.parametrize("value", ["", 1, 1.5, True, False, [], ["x"], {}])
@pytest.mark.parametrize("member", TEXTS)
def test_400__no_text(api: Api, seller: Seller, member: str, value: Any) -> None:
    refuse(api, seller, {"firstName": "Jane", member: value}, 400)


@pytest.mark.parametrize("value", ["true", "", 0, 1, [], {}])
def test_400__existing_is_no_boolean(api: Api, seller: Seller, value: Any) -> None:
    refuse(api, seller, {"existing": value}, 400)


@pytest.mark.parametrize("value", ["it", "DE", "de-AT", "nb", "deu", " de"])
def test_400__unknown_language(api: Api, seller: Seller, value: str) -> None:
    refuse(api, seller, {"language": value}, 400)


def test_400__external_id_too_long(api: Api, seller: Seller) -> None:
    refuse(api, seller, {"externalId": "x" * 256}, 400)


@pytest.mark.parametrize(
    "location",
    [
        *("", "x", 1, True, [], {}, [LOCATION]),
        *(without(LOCATION, "countryCode"), without(LOCATION, "translations")),
        *(located(countryCode=value) for value in each(None, "", "D", "DEU", 12, ["DE"])),
        *(located(postalCode=value) for value in each("", 80331, True, [])),
        *(located(**{member: value}) for member, value in (("city", CITY[0]), ("formattedAddress", "x"), ("more", 1))),
        *(located(geolocation=value) for value in each("", [], {}, 1, {"latitude": 1}, {"longitude": 1})),
        *(located(geolocation={**POINT, "latitude": value}) for value in each(90.1, -90.1, None, "1", True, 1e300)),
        *(located(geolocation={**POINT, "longitude": value}) for value in each(180.1, -181, None, "1", False, [])),
        located(geolocation={**POINT, "altitude": 1}),
    ],
)
def test_400__location(api: Api, seller: Seller, location: Any) -> None:
    refuse(api, seller, {"firstName": "Jane", "location": location}, 400)


@pytest.mark.parametrize(
    "location",
    [
        *(located(translations=value) for value in each(None, "", [], {}, CITY, {"city": CITY}, {"street1": STREET})),
        *(translated(**{member: []}) for member in ("city", "street1")),
        *(translated(**{member: None}) for member in ("city", "street1", "state", "street2")),
        *(translated(**{member: CITY}) for member in ("street", "country", "more")),
        *(translated(city=value) for value in each("Munich", {}, CITY[0], ["Munich"], [None], [[]], [CITY])),
        *(translated(state=value) for value in each("Bavaria", {}, CITY[0], ["Bavaria"])),
        *(translated(city=[{"language": value, "value": "x"}]) for value in each("it", "DE", "", None, 1, "en-GB")),
        *(translated(street2=[{"language": "en", "value": value}]) for value in each("", None, 1, True, [], {})),
        *(translated(street1=[element]) for element in ({"language": "en"}, {"value": "x"}, {})),
        translated(city=[{**CITY[0], "more": 1}]),
        translated(city=[*CITY, {}]),
    ],
)
def test_400__translations(api: Api, seller: Seller, location: Any) -> None:
    refuse(api, seller, {"firstName": "Jane", "location": location}, 400)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\0"])
@pytest.mark.parametrize("member", TEXTS)
def test_400__characters_that_cannot_be_kept(api: Api, seller: Seller, member: str, text: str) -> None:
    refuse(api, seller, {member: text}, 400)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_400__characters_of_a_location_that_cannot_be_kept(api: Api, seller: Seller, text: str) -> None:
    refuse(api, seller, {"location": located(postalCode=text)}, 400)
    refuse(api, seller, {"location": translated(street2=[{"language": "en", "value": text}])}, 400)


@pytest.mark.parametrize(
    "body",
    [
        *({"email": value} for value in each(None, "x", "x@y", "a@b.de ", "ä@b.de", "a@b@c.de", "\u212a@b.de")),
        *({"timeZone": value} for value in each("Berlin", "europe/berlin", "Europe/Nowhere", "+01:00", "../UTC")),
        *(
            {"phoneNumber": value}
            for value in each("030 123456", "+49 30 1", "4930123456", "+0301", "+" + "1" * 16, "x")
        ),
        *({"location": located(countryCode=value)} for value in each("XX", "ZZ", "12", "Dé", "日本", "  ")),
        *({"firstName": first, "lastName": last} for first in (None, "-") for last in (None, "-")),
        *({member: "x" * 101} for member in ("firstName", "lastName", "customerNumber")),
        {"company": "x" * 201},
        {"location": translated(city=[*CITY, {"language": "en", "value": "Monaco"}])},
        {"location": translated(state=[{"language": "fr", "value": "x"}, *CITY, {"language": "fr", "value": "y"}])},
    ],
)
def test_422__a_rule_of_ours(api: Api, seller: Seller, body: dict[str, Any]) -> None:
    refuse(api, seller, body, 422)


@pytest.mark.parametrize(("kept", "cleared"), [("first_name", "firstName"), ("last_name", "lastName")])
def test_422__the_last_name_left(api: Api, seller: Seller, kept: str, cleared: str) -> None:
    names: dict[str, Any] = {"first_name": "-", "last_name": "-", kept: "John"}
    customer = make_customer(seller, **names)

    response = api.patch(customer.pk, {cleared: None})

    assert_refused(response, 422)
    assert getattr(Customer.objects.get(), kept) == "John"


@pytest.mark.parametrize("email", ["jane@example.com", "JANE@Example.COM"])
def test_422__email_taken(api: Api, seller: Seller, email: str) -> None:
    make_customer(seller, email="jane@example.com")
    customer = make_customer(seller, email="john@example.com")

    response = api.patch(customer.pk, {"email": email, "firstName": "Jane"})

    assert_refused(response, 422)
    assert (api.read(customer)["email"], api.read(customer)["firstName"]) == ("john@example.com", "John")


def test_email__of_another_sellers_customer_is_free(api: Api, seller: Seller) -> None:
    make_customer(make_seller("other"), email="jane@example.com")
    customer = make_customer(seller)

    assert api.update(customer, email="jane@example.com")["email"] == "jane@example.com"


def test_400__comes_before_422(api: Api, seller: Seller) -> None:
    refuse(api, seller, {"email": "x", "existing": "yes"}, 400)
