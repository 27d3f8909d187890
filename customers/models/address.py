"""The address value object: the one place that knows an address's members.

An address is stored as a JSON object that holds only the members it was given. My Virtual Office
knows street, city, postal_code and country; the other members serve Pexip Engage and Yativo.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models.text import is_storable


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address. None = not given; an empty text was given as such.

    `latitude` and `longitude` are degrees (WGS 84). `translations` maps a member's name to its
    text by language: {"city": {"en": "Munich", "de": "München"}}.
    """

    street: str | None = None
    number: str | None = None
    street2: str | None = None
    postal_code: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    translations: Mapping[str, Mapping[str, str]] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (data or {}).items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """Return the members that were given."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not None}

    def street_line(self) -> str:
        """Return the street with its number, for systems that know no number; empty without a street."""
        return " ".join(part for part in (self.street, self.number) if part) if self.street else ""

    def lines(self) -> list[str]:
        """Return the address as it is written on an envelope, without empty lines."""
        rows = [
            (self.street, self.number),
            (self.street2,),
            (self.postal_code, self.city),
            (self.state,),
            (self.country,),
        ]
        return [line for row in rows if (line := " ".join(part for part in row if part))]


def keep_known(new: Mapping[str, Any], before: Mapping[str, Any] | None, told: Collection[str]) -> dict[str, Any]:
    """Return the address `new` with what still holds of the one `before`.

    `told` are the members that the system knows that `new` comes from. Of the others, the number
    stays with its street, line 2 with the street, the state with the place, the coordinates with
    both, and a translation with its text.
    """
    old, address = Address.from_json(before), dict(new)
    if "number" not in told and address.get("street") and address["street"] == old.street_line():
        address |= {"street": old.street, "number": old.number}
    same_street = all(address.get(name) == getattr(old, name) for name in ("street", "number"))
    same_place = all(address.get(name) == getattr(old, name) for name in ("postal_code", "city", "country"))
    holds = {
        "street2": same_street,
        "state": same_place,
        "latitude": same_street and same_place,
        "longitude": same_street and same_place,
    }
    address |= {name: getattr(old, name) for name in holds if holds[name] and name not in told}
    if old.translations and "translations" not in told:
        kept = {
            name: texts for name, texts in old.translations.items() if address.get(name) == getattr(old, name, None)
        }
        address["translations"] = kept or None
    return {name: value for name, value in address.items() if value is not None}


TEXT_MEMBERS = ("street", "number", "street2", "postal_code", "city", "state", "country")
COORDINATES = {"latitude": 90, "longitude": 180}


def validate_address(data: Any) -> None:
    """Raise ValidationError for anything but a JSON object of an address's members."""
    if not isinstance(data, dict):
        raise ValidationError(_("An address is an object."), code="invalid")
    unknown = data.keys() - {field.name for field in fields(Address)}
    texts = [data[name] for name in TEXT_MEMBERS if name in data]
    if unknown or not all(isinstance(text, str) for text in texts):
        raise ValidationError(_("This is not an address."), code="invalid")
    if not all(is_storable(text) for text in texts):
        raise ValidationError(_("Null characters are not allowed."), code="unstorable")
    for name, limit in COORDINATES.items():
        value = data.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.fabs(value) <= limit:
            raise ValidationError(_("Coordinates are degrees: latitude -90 to 90, longitude -180 to 180."))
    _validate_translations(data.get("translations", {}))


def _validate_translations(translations: Any) -> None:
    texts = (
        text
        for by_language in (translations.values() if isinstance(translations, dict) else [None])
        for text in (by_language.values() if isinstance(by_language, dict) else [None])
    )
    if not all(isinstance(text, str) and is_storable(text) for text in texts):
        raise ValidationError(_("This is not an address."), code="invalid")
