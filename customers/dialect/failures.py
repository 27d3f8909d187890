"""What went wrong outside a slice's own cases, and answers that no view gave."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException

from customers.dialect.exceptions import BadBody, BodyTooLarge, EmptyJson, IncompleteBody, InvalidJson, UnsupportedType
from customers.dialect.request_ids import echo_request_id

#: What is wrong with a body, in plain words, for systems that document none of their own.
BODY_FAULTS: Final[dict[type[BadBody], tuple[int, str]]] = {
    EmptyJson: (400, "The body is empty."),
    InvalidJson: (400, "The body is not valid JSON."),
    IncompleteBody: (400, "The body is shorter than its Content-Length."),
    UnsupportedType: (415, "The body must be application/json."),
    BodyTooLarge: (413, "The body is too large."),
}
logger = logging.getLogger(__name__)


def status_of(error: Exception) -> int:
    """Return the HTTP status for an exception that the slice does not know: 500 and a log entry, mostly."""
    match error:
        case OperationalError() | InterfaceError():
            logger.error("The database does not answer.", exc_info=error)
            return 503
        case SuspiciousOperation():
            return 400
        case APIException(status_code=status):
            return int(status)
        case _:
            logger.error("An API request failed.", exc_info=error)
            return 500


def json_answer(request: HttpRequest, data: Any, status: int) -> HttpResponse:
    """Return an answer in the form in which views answer, for a request that reached none."""
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(content, status=status, content_type="application/json; charset=utf-8")
    echo_request_id(request, response)
    return response
