"""The id that ties an answer, the history and the caller's logs together."""

from __future__ import annotations

import re
import uuid
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Visible ASCII; anything else could not be echoed in a header as it came.
_USABLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


def request_id(request: HttpRequest) -> str:
    """Return X-Request-Id, else X-Correlation-Id, else an id made for this request."""
    known: str | None = getattr(request, "frontdesk_request_id", None)
    if known is None:
        known = _sent(request, "X-Request-Id") or _sent(request, "X-Correlation-Id") or str(uuid.uuid4())
        request.frontdesk_request_id = known  # type: ignore[attr-defined]
    return known


def echo_request_id(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give each of the two headers back as it came, and the request's id where it did not."""
    response["X-Request-Id"] = request_id(request)
    response["X-Correlation-Id"] = _sent(request, "X-Correlation-Id") or request_id(request)


def _sent(request: HttpRequest, header: str) -> str:
    value = request.headers.get(header, "").strip()
    return value if _USABLE.fullmatch(value) else ""
