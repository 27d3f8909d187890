"""Reading JSON bodies, byte for byte as the documented systems do."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from django.http import HttpRequest, UnreadablePostError

from customers.dialect.exceptions import BodyTooLarge, EmptyJson, IncompleteBody, InvalidJson, UnsupportedType

#: Largest body, in bytes.
BODY_LIMIT: Final = 1024 * 1024


def read_json(request: HttpRequest) -> Any:
    """Return the body's value; None where there is neither a body nor a content type.

    Numbers are doubles, as in JavaScript. Of a doubled member the last wins; a leading byte order
    mark is skipped. Raises UnsupportedType, BodyTooLarge, IncompleteBody, EmptyJson, InvalidJson.
    """
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip(" \t").lower()
    # The standard library's server calls a missing content type text/plain.
    missing = "CONTENT_TYPE" not in request.META or media_type == "text/plain"
    if media_type != "application/json" and not missing:
        raise UnsupportedType
    body = _read(request)
    if missing:
        if body:
            raise UnsupportedType
        return None
    if not body:
        raise EmptyJson
    try:
        return json.loads(body.decode("utf-8-sig"), parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidJson from error


def _read(request: HttpRequest) -> bytes:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    length = int(announced) if announced.isdecimal() else 0
    if length > BODY_LIMIT:
        raise BodyTooLarge
    try:
        # Django's stream ends at the announced length.
        body = request.read(length)
    except UnreadablePostError as error:
        raise IncompleteBody from error
    if len(body) < length:
        raise IncompleteBody
    return body


def _refuse(constant: str) -> NoReturn:
    """Python's reader knows NaN and Infinity; JSON does not."""
    raise ValueError(constant)
