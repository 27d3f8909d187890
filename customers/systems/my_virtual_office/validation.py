"""Checking a body as Ajv does in Fastify's default configuration: coerce, stop at the first error.

Covers the keywords that the documents' schemas use. Order: the body's type, minProperties,
required; then member by member as the page lists them, within one type, length, enum or format.
Members that the schema does not name are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn

from customers.dialect.exceptions import BadRequest
from customers.dialect.ids import is_uuid
from customers.models.email import is_email
from customers.models.text import is_storable

Schema = Mapping[str, Any]

_DATE_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")


def validate(value: Any, schema: Schema, path: str = "body") -> dict[str, Any]:
    """Return the members of `value` that `schema` names, coerced, with defaults.

    Raises BadRequest with the text of the first error.
    """
    if not isinstance(value, dict):
        _fail(path, "must be object")
    if len(value) < (fewest := schema.get("minProperties", 0)):
        _fail(path, f"must NOT have fewer than {fewest} properties")
    for name in schema.get("required", ()):
        if name not in value:
            _fail(path, f"must have required property '{name}'")
    result = {}
    for name, member in schema["properties"].items():
        if name in value:
            result[name] = _member(value[name], member, f"{path}/{name}")
        elif "default" in member:
            result[name] = member["default"]
    return result


def _member(value: Any, schema: Schema, path: str) -> Any:
    if value is None and schema.get("nullable"):
        return None
    if schema["type"] == "object":
        return validate(value, schema, path)
    if schema["type"] == "integer":
        return _integer(value, schema, path)
    text = _coerced(value, path)
    if len(text) > (most := schema.get("maxLength", len(text))):
        _fail(path, f"must NOT have more than {most} characters")
    if len(text) < (fewest := schema.get("minLength", 0)):
        _fail(path, f"must NOT have fewer than {fewest} characters")
    if "enum" in schema and text not in schema["enum"]:
        _fail(path, "must be equal to one of the allowed values")
    if "format" in schema and not _FORMATS[schema["format"]](text):
        _fail(path, f'must match format "{schema["format"]}"')
    if not is_storable(text):
        _fail(path, "must NOT contain U+0000 or unpaired surrogates")
    return text


def _coerced(value: Any, path: str) -> str:
    """Return `value` as Ajv's `coerceTypes: "array"` makes it a string."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return number_to_string(value)
    _fail(path, "must be string")


def _integer(text: str, schema: Schema, path: str) -> int:
    if not _INTEGER.fullmatch(text):
        _fail(path, "must be integer")
    number = int(text)
    if number < schema["minimum"]:
        _fail(path, f"must be >= {schema['minimum']}")
    if number > schema["maximum"]:
        _fail(path, f"must be <= {schema['maximum']}")
    return number


def number_to_string(number: float) -> str:
    """Return `number` as JavaScript writes it (ECMA-262, Number::toString)."""
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    # Python and JavaScript agree on the shortest digits, not on where they put the point.
    sign, digit_tuple, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, digit_tuple))
    point = len(digits) + int(exponent)
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{fraction}e{point - 1:+d}"
    return f"-{text}" if sign else text


def moment(text: str) -> datetime:
    """Return the moment that `text` names in RFC 3339. Raises ValueError.

    Offsets may lead out of the years that computers know; such a moment is the nearest known one.
    """
    parsed = datetime.fromisoformat(text.upper())
    if parsed.tzinfo is None:
        raise ValueError(text)
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        edge = datetime.min if parsed.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)


def is_date_time(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return _DATE_TIME.match(text) is not None


_FORMATS: Final = {"email": is_email, "date-time": is_date_time, "uuid": is_uuid}


def _fail(path: str, message: str) -> NoReturn:
    raise BadRequest(f"{path} {message}")
