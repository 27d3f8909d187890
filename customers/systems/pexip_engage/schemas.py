"""The documented forms, in the order of the pages: what may be sent, what is answered, what is read.

They check bodies and make the OpenAPI description.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from customers.models import Language

Schema = dict[str, Any]


def text(**limits: Any) -> Schema:
    return {"type": "string", "minLength": 1, **limits}


def nullable(schema: Schema) -> Schema:
    """Return the schema with null beside its own type."""
    either = {**schema, "type": [schema["type"], "null"]}
    return {**either, "enum": [*schema["enum"], None]} if "enum" in schema else either


def closed(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return an object of these members and no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


_LANGUAGE: Final = {"type": "string", "enum": list(Language.values)}
_SHOWN: Final = nullable(closed({"language": _LANGUAGE, "value": {"type": "string"}}))
_TEXT: Final = closed({"language": _LANGUAGE, "value": text()})
_SOME: Final = {"type": "array", "minItems": 1, "items": _TEXT}
_ANY: Final = {"type": "array", "items": _TEXT}
_TRANSLATIONS: Final = closed({"city": _SOME, "state": _ANY, "street1": _SOME, "street2": _ANY}, ("state", "street2"))
_GEOLOCATION: Final = closed(
    {
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
    }
)
_PLACE: Final = {
    "postalCode": nullable(text()),
    "countryCode": {"type": "string", "minLength": 2, "maxLength": 2},
}
_LOCATION: Final = {
    "city": _SHOWN,
    "state": _SHOWN,
    "street1": _SHOWN,
    "street2": _SHOWN,
    **_PLACE,
    "formattedAddress": text(),
    "geolocation": _GEOLOCATION,
    "translations": _TRANSLATIONS,
}
_SENT_LOCATION: Final = closed(
    {**_PLACE, "geolocation": nullable(_GEOLOCATION), "translations": _TRANSLATIONS}, ("postalCode", "geolocation")
)
_TEXTS: Final = {
    "externalId": nullable(text(maxLength=255)),
    "customerNumber": nullable(text()),
    "email": nullable(text()),
    "firstName": nullable(text()),
    "lastName": nullable(text()),
    "company": nullable(text()),
    "language": nullable(_LANGUAGE),
    "notes": nullable(text()),
    "phoneNumber": nullable(text()),
}
_MOMENT: Final = {"type": "string", "format": "date-time"}

#: Document "Get a customer": the object under `data`.
CUSTOMER: Final = closed(
    {
        "id": text(),
        **_TEXTS,
        "existing": {"type": "boolean"},
        "timeZone": text(),
        "createdAt": _MOMENT,
        "updatedAt": _MOMENT,
        "deletedAt": nullable(_MOMENT),
        "location": nullable(closed(_LOCATION)),
    }
)

#: Page "Update a customer": the body. Members that it does not name are ignored.
UPDATE: Final[Schema] = {
    "type": "object",
    "properties": {
        **_TEXTS,
        "existing": {"type": ["boolean", "null"]},
        "timeZone": nullable(text()),
        "location": nullable(_SENT_LOCATION),
    },
}


#: Without these a customer of another system cannot be read.
_NEEDED: Final = ("id", "language", "value", "latitude", "longitude", "countryCode", "translations")


def _read(schema: Any) -> Any:
    """Return the schema for what another system answers: members and languages may be new, texts empty."""
    if isinstance(schema, list):
        return [_read(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = ("additionalProperties", "enum", "minLength", "minItems", "format")
    kept = {name: _read(value) for name, value in schema.items() if name not in dropped}
    if "required" in kept:
        kept["required"] = [name for name in kept["required"] if name in _NEEDED]
    return kept


#: What is read of a customer in another system's answer: an unknown member or language is no mistake.
READ: Final[Schema] = _read(CUSTOMER)
