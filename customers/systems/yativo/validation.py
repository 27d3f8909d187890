"""Checking members as the vendor's pages describe them: every mistake at once, by member."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError

from customers.models.country import find_country
from customers.models.customer import validate_phone_number
from customers.models.email import is_email
from customers.models.names import split_name
from customers.models.text import is_storable
from customers.systems.yativo.wire import ADDRESS

Errors = dict[str, list[str]]


class ValidationFailed(Exception):
    """Members that cannot be used: `errors` maps each to its messages."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(errors)
        self.errors = errors


def _fail(message: str) -> ValidationError:
    return ValidationError(message)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _fail("must be a string")
    if not is_storable(value):
        raise _fail("contains characters that cannot be stored")
    return value


def _name(value: Any) -> str:
    text = _text(value).strip()
    if not text:
        raise _fail("is required")
    if max(map(len, split_name(text))) > LONGEST_PART:
        raise _fail(f"must not have more than {LONGEST_PART} characters before or after its last space")
    return text


def _email(value: Any) -> str:
    if not is_email(text := _text(value)):
        raise _fail("must be a valid email address")
    return text


def _phone(value: Any) -> str:
    try:
        validate_phone_number(text := _text(value))
    except ValidationError as error:
        raise _fail("must be a phone number in E.164 format, such as +4930123456") from error
    return text


_ALPHA3: Final = re.compile(r"[A-Z]{3}")


def _country(value: Any) -> str:
    text = _text(value)
    found = find_country(text)
    if not _ALPHA3.fullmatch(text) or found is None or found.alpha3 != text:
        raise _fail("must be an ISO 3166-1 alpha-3 country code")
    return text


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in allowed:
            raise _fail(f"must be one of: {', '.join(allowed)}")
        return str(value)

    return check


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | int | float) or value not in (0, 1):
        raise _fail("must be 0 or 1")
    return bool(value)


_REQUIRED: Final[dict[str, Callable[[Any], Any]]] = {
    "customer_name": _name,
    "customer_email": _email,
    "customer_phone": _phone,
    "customer_country": _country,
}
_TYPE: Final = {"customer_type": _one_of("individual", "business")}
_MORE: Final[dict[str, Callable[[Any], Any]]] = {
    "can_create_vc": _flag,
    "can_create_va": _flag,
    "customer_status": _one_of("active", "inactive"),
}
#: The longest first or last name.
LONGEST_PART: Final = 100
ADDRESS_MEMBER: Final = "customer_address"
#: Members that an update can take away.
_CLEARED: Final = ("customer_phone", "customer_address")


def checked_create(body: Any) -> dict[str, Any]:
    """Return the members of a new customer. Raises ValidationFailed."""
    return _checked(body, {**_REQUIRED, **_TYPE}, required=tuple(_REQUIRED), nullable=("customer_address", *_TYPE))


def checked_update(body: Any, name: str) -> dict[str, Any]:
    """Return the members of a change, all of them optional, without the `name` that is shown already.

    Raises ValidationFailed.
    """
    if isinstance(body, dict) and body.get("customer_name") == name:
        body = {member: value for member, value in body.items() if member != "customer_name"}
    return _checked(body, {**_REQUIRED, **_TYPE, **_MORE}, required=(), nullable=(*_CLEARED, *_TYPE))


def _checked(
    body: Any, checks: Mapping[str, Callable[[Any], Any]], *, required: tuple[str, ...], nullable: tuple[str, ...]
) -> dict[str, Any]:
    # What is no object has none of the members, as an empty body has none.
    members = body if isinstance(body, dict) else {}
    errors: Errors = {} if isinstance(body, dict) or body is None else {"body": ["The body must be an object."]}
    values: dict[str, Any] = {}
    for member, check in {**checks, ADDRESS_MEMBER: None}.items():
        value = members.get(member)
        if member not in members or (value is None and member in required):
            if member in required:
                errors[member] = [_sentence(member, "is required")]
        elif value is None and member in nullable:
            values[member] = None
        elif check is None:
            values[member] = _address(value, errors)
        else:
            _take(values, errors, member, check, value)
    country = (values.get(ADDRESS_MEMBER) or {}).get("country")
    if country and values.get("customer_country") not in (None, country):
        errors[f"{ADDRESS_MEMBER}.country"] = [_sentence(f"{ADDRESS_MEMBER}.country", "must be the customer country")]
    if errors:
        raise ValidationFailed(errors)
    return values


def _take(values: dict[str, Any], errors: Errors, member: str, check: Callable[[Any], Any], value: Any) -> None:
    try:
        values[member] = check(value)
    except ValidationError as error:
        errors[member] = [_sentence(member, message) for message in error.messages]


def _address(value: Any, errors: Errors) -> dict[str, str | None]:
    """Return the members that hold a text, and the country also where it is null; note the mistakes."""
    if not isinstance(value, dict):
        errors[ADDRESS_MEMBER] = [_sentence(ADDRESS_MEMBER, "must be an object")]
        return {}
    found: dict[str, str] = {}
    for member in ADDRESS:
        if value.get(member) not in (None, ""):
            _take(
                found, errors, f"{ADDRESS_MEMBER}.{member}", _country if member == "country" else _text, value[member]
            )
    address: dict[str, str | None] = {name.partition(".")[2]: text for name, text in found.items()}
    return {"country": None, **address} if "country" in value else address


def _sentence(member: str, message: str) -> str:
    return f"The {member.replace('_', ' ').replace('.', ' ')} {message}."


_NUMBER: Final = re.compile(r"[0-9]{1,15}")
LAST_PAGE: Final = 10**15 - 1
#: Members of the query, and the most that each may be.
_QUERY: Final = {"page": LAST_PAGE, "per_page": 100}


def checked_page(query: Mapping[str, str]) -> tuple[int, int]:
    """Return the page, from 1, and how many customers it has. Raises ValidationFailed."""
    numbers = {"page": 1, "per_page": 20}
    errors: Errors = {}
    for name, most in _QUERY.items():
        text = query.get(name, str(numbers[name]))
        number = int(text) if _NUMBER.fullmatch(text) else 0
        if not 1 <= number <= most:
            errors[name] = [f"The {name.replace('_', ' ')} must be a number from 1 to {most}."]
        numbers[name] = number
    if errors:
        raise ValidationFailed(errors)
    return numbers["page"], numbers["per_page"]
