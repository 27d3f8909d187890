"""The documented forms, for the OpenAPI description."""

from __future__ import annotations

from typing import Any, Final

from customers.models.country import all_countries
from customers.systems.yativo.validation import LONGEST_PART
from customers.systems.yativo.wire import ADDRESS, LISTED_ORDER

Schema = dict[str, Any]

STORABLE: Final = r"^[^\u0000]*$"
CODES: Final = [country.alpha3 for country in all_countries()]
PHONE: Final = r"^\+[1-9][0-9]{1,14}$"
_OPTIONAL: Final = {"type": ["string", "null"]}


def closed(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _customer(order: Any) -> Schema:
    address = closed(dict.fromkeys(order, _OPTIONAL))
    return {
        "customer_id": {"type": "string", "format": "uuid"},
        "customer_name": {"type": "string"},
        "customer_email": {"type": "string"},
        "customer_phone": _OPTIONAL,
        "customer_country": _OPTIONAL,
        "customer_address": {**address, "type": ["object", "null"]},
    }


def _success(data: Schema, **more: Schema) -> Schema:
    texts = {name: {"type": "string"} for name in ("status", "message")}
    order = ("status", "status_code", "message")
    members = {**texts, "status_code": {"type": "integer"}}
    return closed({**{name: members[name] for name in order}, "data": data, **more})


_COUNT: Final = {"type": "integer", "minimum": 0}
_FLAG: Final = {"type": "integer", "enum": [0, 1]}
_ITEM: Final = {
    **_customer(LISTED_ORDER),
    "can_create_vc": _FLAG,
    "can_create_va": _FLAG,
    "customer_status": {"type": "string", "enum": ["active", "inactive"]},
}
_PAGINATION: Final = closed(
    {
        **dict.fromkeys(("total", "per_page", "current_page", "last_page"), _COUNT),
        **dict.fromkeys(("next_page_url", "prev_page_url"), _OPTIONAL),
    }
)
OBJECT: Final = _success(closed(_customer(ADDRESS)))
LIST: Final = _success({"type": "array", "items": closed(_ITEM)}, pagination=_PAGINATION)

_SENT_TEXT: Final = {"type": ["string", "null"], "pattern": STORABLE}
#: One word is one part of a name, so a whole one is at most this long.
_SENT: Final[Schema] = {
    "customer_name": {"type": "string", "minLength": 1, "maxLength": LONGEST_PART, "pattern": r"^[^\s\u0000]+$"},
    "customer_email": {"type": "string", "format": "email"},
    "customer_phone": {"type": "string", "pattern": PHONE},
    "customer_country": {"type": "string", "enum": CODES},
    "customer_type": {"enum": ["individual", "business", None]},
    "customer_address": {
        "type": ["object", "null"],
        "properties": {
            **dict.fromkeys((member for member in ADDRESS if member != "country"), _SENT_TEXT),
            "country": {"enum": [*CODES, None]},
        },
    },
}
CREATE: Final = {
    "type": "object",
    "properties": _SENT,
    "required": ["customer_name", "customer_email", "customer_phone", "customer_country"],
}
UPDATE: Final = {
    "type": "object",
    "properties": {
        **_SENT,
        "customer_phone": {"type": ["string", "null"], "pattern": PHONE},
        **dict.fromkeys(("can_create_vc", "can_create_va"), {"enum": [0, 1, True, False]}),
        "customer_status": {"type": "string", "enum": ["active", "inactive"]},
    },
}
#: Each kind of refusal has members of its own.
ERROR: Final = {
    "type": "object",
    "properties": {
        "status": {"type": "string"},
        "status_code": {"type": "integer"},
        "message": {"type": "string"},
        "error": {"type": "string"},
        "retry_after": {"type": "integer"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
    "additionalProperties": False,
}
