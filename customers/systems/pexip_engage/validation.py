"""Checking a body against the page, and the values against what a database can keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from customers.dialect.exceptions import BadRequest
from customers.models.text import is_storable
from customers.systems.pexip_engage.schemas import READ, UPDATE

_UPDATE: Final = Draft202012Validator(UPDATE)
_READ: Final = Draft202012Validator(READ)
#: How much of a message is given back: it can quote the body.
_LONGEST: Final = 200


def checked_update(body: Any) -> dict[str, Any]:
    """Return the members of an update that the page names. Raises BadRequest with the first mistake."""
    error = next(_UPDATE.iter_errors(body), None)
    if error is not None:
        raise BadRequest(_told(error))
    members = {name: body[name] for name in UPDATE["properties"] if name in body}
    if not all(is_storable(text) for text in _strings(members)):
        raise BadRequest("The body has characters that cannot be kept: U+0000 or unpaired surrogates.")
    return members


def is_readable(record: Any) -> bool:
    """Return whether another system's customer has the documented form, as far as it is read."""
    return _READ.is_valid(record)


def _told(error: ValidationError) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "body"
    return f"{where}: {error.message[:_LONGEST]}"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
