"""Customers of every kind: what is there, what is missing, in every language."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

LANGUAGES: Final = ("da", "de", "el", "en", "es", "fr", "ja", "nl", "no", "pl")
FIRST: Final = ("Ada", "Zoë", "Anna Maria", "Ὀδυσσεύς", "花子", "Łukasz", "-", "O'Neil", "😀🏢", "x" * 100, "\u202eתום")
LAST: Final = ("Lovelace", "Größle-Weiß", "山田", "Ødegård", "<b>Bold</b>", "y" * 100, "D\u0307oe", "van")
EMAILS: Final = ("Person{}@Example.COM", "p.{}+tag@sub.example.org", "{}@xn--mnchen-3ya.de")
COMPANIES: Final = (None, None, "Acme", "„Ü“ & <Co>", "株式会社", "z" * 200)
NOTES: Final = ("", "", "Rings twice", "two\nlines\tand a tab", "😀" * 500)
ZONES: Final = ("", "", "Europe/Brussels", "Asia/Tokyo", "America/Argentina/Buenos_Aires", "UTC")
COUNTRIES: Final = ("Germany", "Deutschland", "USA", "BE", "日本", "Ελλάδα", "fra", "Polska", "Niederlande", "Holland")
CITIES: Final = {
    "de": "München",
    "en": "Munich",
    "ja": "ミュンヘン",
    "el": "Μόναχο",
    "pl": "Monachium",
    "no": "München",
}
STREETS: Final = {"de": "Königsallee", "fr": "Allée royale", "en": "King's Avenue", "da": "Kongealléen"}
STATES: Final = {"de": "Bayern", "en": "Bavaria", "fr": "Bavière"}


def people(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Return the fields of so many customers, the same for the same seed."""
    dice = random.Random(seed)
    for number in range(count):
        yield person(dice, number)


def person(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "first_name": dice.choice(FIRST),
        "last_name": dice.choice(LAST),
        "email": dice.choice(("Person{}@Example.COM", "p.{}+tag@sub.example.org", "{}@xn--mnchen-3ya.de")).format(
            number
        ),
        "company_name": dice.choice(COMPANIES),
        "legal_entity": dice.choice((None, "GmbH", "Société à responsabilité limitée")),
        "language": LANGUAGES[number % len(LANGUAGES)],
        "status": dice.choice(("active", "active", "inactive", "suspended")),
        "phone_number": dice.choice(("", "+4930123456", "+32412345678", "+819012345678")),
        "customer_number": dice.choice(("", "4711", "№ 5", f"K-{number}")),
        "external_id": dice.choice(("", "ABCD1234", "ü" * 255)),
        "notes": dice.choice(NOTES),
        "existing": dice.random() < 0.5,
        "time_zone": dice.choice(ZONES),
        "can_create_vc": dice.random() < 0.5,
        "can_create_va": dice.random() < 0.5,
        "address_data": address(dice),
        "postal_redirect_address": dice.choice((None, address(dice))),
    }


def address(dice: random.Random) -> dict[str, Any] | None:
    """Return an address: none, one of a few members, or one that may have everything."""
    if dice.random() < 0.2:
        return None
    plain = {"city": some(dice, CITIES), "street": some(dice, STREETS), "country": dice.choice(COUNTRIES)}
    for name, value in (("number", "12 a"), ("street2", "Hinterhaus"), ("postal_code", "80331")):
        if dice.random() < 0.6:
            plain[name] = value
    if dice.random() < 0.5:
        plain["state"] = some(dice, STATES)
    if dice.random() < 0.2:
        return {name: plain[name] for name in ("city", dice.choice(("city", "street", "country")))}
    place = dice.choice(({"latitude": 48.137154, "longitude": 11.576124}, {"latitude": -90, "longitude": 0}, {}))
    translations = {
        name: dict(dice.sample(sorted(texts.items()), dice.randint(1, len(texts))))
        for name, texts in (("city", CITIES), ("street", STREETS), ("state", STATES), ("street2", {"en": "Rear"}))
        if name in plain and dice.random() < 0.6
    }
    return {**plain, **place, **({"translations": translations} if translations else {})}


def some(dice: random.Random, texts: dict[str, str]) -> str:
    return texts[dice.choice(sorted(texts))]
