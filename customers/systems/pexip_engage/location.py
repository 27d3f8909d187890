"""The documented location of a customer, and the address that it is in the record.

`street1` is our street with its number, which Pexip Engage does not know apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from customers.exceptions import InvalidInput
from customers.models import Address, Language
from customers.models.country import country_name, find_country, same_country
from customers.systems.pexip_engage.languages import Wanted, choose

#: Members of a location that are told in several languages, and ours.
TEXTS: Final = {"city": "city", "state": "state", "street1": "street", "street2": "street2"}
REQUIRED: Final = ("city", "street1")

Texts = dict[str, str]
#: The language and the text that were chosen for each member.
Chosen = dict[str, tuple[str, str] | None]


def to_location(data: Mapping[str, Any] | None, wanted: Wanted, default: str) -> dict[str, Any] | None:
    """Return the documented location; None where one of the members that it requires is not known."""
    address = Address.from_json(data)
    country = find_country(address.country)
    texts = {member: _texts(address, member, default) for member in TEXTS}
    if country is None or address.latitude is None or address.longitude is None:
        return None
    if not all(texts[member] for member in REQUIRED):
        return None
    chosen = {member: choose(texts[member], wanted, default) for member in TEXTS}
    shown = {member: pair and {"language": pair[0], "value": pair[1]} for member, pair in chosen.items()}
    return {
        **shown,
        "postalCode": address.postal_code or None,
        "countryCode": country.alpha2,
        "formattedAddress": _formatted(address, chosen, country_name(country, _language(chosen, default))),
        "geolocation": {"latitude": address.latitude, "longitude": address.longitude},
        "translations": {
            member: [{"language": language, "value": texts[member][language]} for language in sorted(texts[member])]
            for member in TEXTS
        },
    }


def _texts(address: Address, member: str, default: str) -> Texts:
    """Return a member's text by language: its translations, and the plain text in the default language."""
    translations = (address.translations or {}).get(TEXTS[member], {})
    texts = {language: text for language, text in translations.items() if text and language in Language.values}
    plain = _plain(address, member)
    return texts if not plain or plain in texts.values() else {**texts, default: plain}


def _plain(address: Address, member: str) -> str:
    if member == "street1":
        return address.street_line()
    text: str | None = getattr(address, TEXTS[member])
    return text or ""


def _language(chosen: Chosen, default: str) -> str:
    """Return the language in which the address as a whole reads best: that of its city."""
    city = chosen["city"]
    return city[0] if city else default


def _formatted(address: Address, chosen: Chosen, country: str) -> str:
    text = {member: pair[1] if (pair := chosen[member]) else _plain(address, member) for member in TEXTS}
    lines = Address(
        street=text["street1"],
        street2=text["street2"],
        postal_code=address.postal_code,
        city=text["city"],
        state=text["state"],
        country=country,
    ).lines()
    return ", ".join(lines)


def to_address(location: Mapping[str, Any], default: str, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the address for a location whose form was checked.

    A text that is there in one language alone is plain, and so is that of the chosen or default
    language. What is the same as in the address `before` stays written as it was. Raises
    InvalidInput for a country that there is not, and for two texts in one language.
    """
    code = location["countryCode"]
    if not (code.isascii() and code.isalpha()) or find_country(code) is None:
        raise InvalidInput(f"There is no country “{code}”.")
    old = Address.from_json(before)
    point = location.get("geolocation") or {}
    members: dict[str, Any] = {
        "postal_code": location.get("postalCode"),
        "country": old.country if same_country(old.country, code) else code,
        "latitude": point.get("latitude"),
        "longitude": point.get("longitude"),
    }
    translations = {}
    for member, name in TEXTS.items():
        texts = _by_language(location["translations"].get(member) or [], member)
        members[name] = _chosen_text(location.get(member), texts, default)
        if texts and texts != {default: members[name]}:
            translations[name] = texts
    if members["street"] and members["street"] == _plain(old, "street1"):
        members["street"], members["number"] = old.street, old.number
    return Address.from_json({**members, "translations": translations or None}).to_json()


def _by_language(texts: Sequence[Mapping[str, str]], member: str) -> Texts:
    """Return the texts by language, without languages that no customer has."""
    found: Texts = {}
    for text in texts:
        if text["language"] in found and found[text["language"]] != text["value"]:
            raise InvalidInput(f"“{member}” has two texts in the language “{text['language']}”.")
        if text["language"] in Language.values:
            found[text["language"]] = text["value"]
    return found


def _chosen_text(shown: Mapping[str, str] | None, texts: Texts, default: str) -> str | None:
    """Return the plain text: the one that a read location shows, else the default language's, else any."""
    if shown and shown["value"]:
        return shown["value"]
    chosen = choose(texts, Wanted(), default)
    return chosen[1] if chosen else None
