"""What may be sent, as the documents list it: the order of the members is that of the page."""

from __future__ import annotations

from typing import Any, Final

from customers.models import Status

_ADDRESS: Final = {
    "type": "object",
    "nullable": True,
    "properties": {
        "street": {"type": "string"},
        "city": {"type": "string"},
        "postal_code": {"type": "string"},
        "country": {"type": "string"},
    },
}

_MEMBERS: Final[dict[str, dict[str, Any]]] = {
    "first_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "last_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "email": {"type": "string", "format": "email"},
    "company_name": {"type": "string", "maxLength": 200, "nullable": True},
    "legal_entity": {"type": "string", "maxLength": 100, "nullable": True},
    "language": {"type": "string", "enum": ["en", "de"]},
    "status": {"type": "string", "enum": [str(status) for status in Status]},
    "address_data": _ADDRESS,
    "postal_redirect_address": _ADDRESS,
}
_DEFAULTS: Final = {"language": "de", "status": "active"}

CREATE: Final[dict[str, Any]] = {
    "required": ["first_name", "last_name", "email"],
    "properties": {
        name: {**member, "default": _DEFAULTS[name]} if name in _DEFAULTS else member
        for name, member in _MEMBERS.items()
    },
}

UPDATE: Final[dict[str, Any]] = {"minProperties": 1, "properties": _MEMBERS}

#: The list is not in the documents.
LIST: Final[dict[str, Any]] = {
    "properties": {
        "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
        "starting_after": {"type": "string", "format": "uuid"},
        "status": _MEMBERS["status"],
        "email": {"type": "string", "format": "email"},
        "updated_since": {"type": "string", "format": "date-time"},
        "search": {"type": "string", "maxLength": 200},
    },
}
