"""Every refusal in the documented envelope: `errors`, each with message, code, type and statusCode.

The document shows the members but no values. Ours: `code` says what happened, `type` of what kind it
is, `statusCode` is the HTTP status as a string.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.response import Response

from customers import exceptions as refusals
from customers.dialect import exceptions as dialect
from customers.dialect.failures import BODY_FAULTS, json_answer, status_of

#: The `type` and the general `code` of each status that is answered.
KINDS: Final = {
    400: ("VALIDATION_ERROR", "BAD_REQUEST"),
    401: ("AUTHENTICATION_ERROR", "UNAUTHORIZED"),
    403: ("AUTHORIZATION_ERROR", "FORBIDDEN"),
    404: ("NOT_FOUND_ERROR", "NOT_FOUND"),
    405: ("REQUEST_ERROR", "METHOD_NOT_ALLOWED"),
    406: ("REQUEST_ERROR", "NOT_ACCEPTABLE"),
    409: ("CONFLICT_ERROR", "CONFLICT"),
    413: ("REQUEST_ERROR", "PAYLOAD_TOO_LARGE"),
    415: ("REQUEST_ERROR", "UNSUPPORTED_MEDIA_TYPE"),
    422: ("BUSINESS_ERROR", "UNPROCESSABLE_ENTITY"),
    429: ("RATE_LIMIT_ERROR", "TOO_MANY_REQUESTS"),
    500: ("SERVER_ERROR", "INTERNAL_SERVER_ERROR"),
    503: ("SERVER_ERROR", "SERVICE_UNAVAILABLE"),
}
#: Names of the record's fields in the documents, for messages.
MEMBERS: Final = {
    "external_id": "externalId",
    "customer_number": "customerNumber",
    "email": "email",
    "first_name": "firstName",
    "last_name": "lastName",
    "company_name": "company",
    "language": "language",
    "notes": "notes",
    "phone_number": "phoneNumber",
    "existing": "existing",
    "time_zone": "timeZone",
    "address_data": "location",
}


def body_of(status: int, message: str, code: str = "") -> dict[str, Any]:
    kind, general = KINDS[status]
    error = {"message": message, "code": code or general, "type": kind, "statusCode": str(status)}
    return {"errors": [error]}


def envelope(status: int, message: str, code: str = "", **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body_of(status, message, code), status=status, headers=names)


def exception_handler(error: Exception, _request: HttpRequest) -> Response:
    """Return the answer for whatever a view raised."""
    match error:
        case refusals.Refusal():
            return _refused(error)
        case dialect.KeyRefused():
            code, message = KEY_TEXTS[type(error)]
            return envelope(401, message, code, WWW_Authenticate="Bearer")
        case dialect.BadBody():
            return envelope(*BODY_FAULTS[type(error)])
        case dialect.BadRequest():
            return envelope(400, str(error))
        case dialect.ScopeMissing(scope=scope):
            return envelope(403, f"The access token does not have the required scope: {scope}", "SCOPE_MISSING")
        case dialect.RateLimited(retry_after=seconds):
            return envelope(429, f"Too many requests. Try again in {seconds} seconds.", Retry_After=str(seconds))
        case dialect.MethodNotAllowed(allowed=allowed):
            return envelope(405, "This address does not know the method.", Allow=", ".join(allowed))
        case dialect.NotAcceptable():
            return envelope(406, "The answer is application/json, which the Accept header excludes.")
        case dialect.RouteNotFound() | Http404():
            return envelope(404, NO_ADDRESS)
        case _:
            return general(status_of(error))


NO_ADDRESS: Final = "There is nothing at this address."
KEY_TEXTS: Final = {
    dialect.KeyMissing: ("UNAUTHORIZED", "The Authorization header with a Bearer token is missing."),
    dialect.KeyUnknown: ("INVALID_TOKEN", "The access token is invalid."),
    dialect.KeyRevoked: ("TOKEN_REVOKED", "The access token has been revoked."),
    dialect.KeyExpired: ("TOKEN_EXPIRED", "The access token has expired."),
}


def _refused(refusal: refusals.Refusal) -> Response:
    match refusal:
        case refusals.CustomerNotFound():
            return envelope(404, "The customer was not found.", "CUSTOMER_NOT_FOUND")
        case refusals.EmailTaken():
            return envelope(422, "Another customer has this e-mail address.", "EMAIL_TAKEN")
        case refusals.InvalidCustomer(errors=errors):
            told = "; ".join(f"{MEMBERS.get(name, name)}: {' '.join(texts)}" for name, texts in errors.items())
            return envelope(422, told, "CUSTOMER_INVALID")
        case _:
            return envelope(422, str(refusal))


def general(status: int) -> Response:
    """Return the answer for a status about which nothing more is known."""
    known = status if status in KINDS else 400 if status < 500 else 500
    headers = {"Retry_After": "5"} if known == 503 else {}
    return envelope(known, HTTPStatus(known).phrase, **headers)


def fallback(request: HttpRequest, status: int) -> HttpResponse:
    """Return the envelope for an answer that no view of this slice gave."""
    known = status if status in KINDS else 400 if status < 500 else 500
    return json_answer(request, body_of(known, NO_ADDRESS if known == 404 else HTTPStatus(known).phrase), known)
