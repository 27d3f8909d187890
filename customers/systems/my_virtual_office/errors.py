"""Every refusal in the documented envelope: exactly `error` (the status text) and `message`."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from customers import exceptions as refusals
from customers.dialect import exceptions as dialect
from customers.dialect.failures import json_answer, status_of
from customers.dialect.paths import raw_url

# As Node.js names them, which is what clients of this system see; Python's names differ by version.
STATUS_TEXTS: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
UNEXPECTED: Final = "Unexpected server error"
UNAVAILABLE: Final = "The service is temporarily unavailable. Please try again."


def envelope(status: int, message: str, **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response({"error": STATUS_TEXTS[status], "message": message}, status=status, headers=names)


def exception_handler(error: Exception, request: HttpRequest) -> Response:
    """Return the answer for whatever a view raised."""
    match error:
        case refusals.Refusal():
            return _refused(error)
        case dialect.KeyRefused():
            return envelope(401, KEY_TEXTS[type(error)], WWW_Authenticate="Bearer")
        case dialect.BadBody():
            return envelope(*BODY_TEXTS[type(error)])
        case dialect.BadRequest():
            return envelope(400, str(error))
        case dialect.ScopeMissing(scope=scope):
            return envelope(403, f"API key does not have the required scope: {scope}")
        case dialect.RateLimited(retry_after=seconds):
            message = f"Rate limit exceeded. Try again in {seconds} seconds."
            return envelope(429, message, Retry_After=str(seconds))
        case dialect.RouteNotFound() | Http404():
            return envelope(404, route_not_found(request))
        case dialect.PreconditionFailed():
            return envelope(412, "The customer has changed since the version named in If-Match")
        case dialect.IdempotencyKeyReused():
            return envelope(409, "Idempotency-Key has already been used with a different request body")
        case dialect.IdempotencyKeyInFlight():
            return envelope(409, "A request with this Idempotency-Key is still being processed", Retry_After="1")
        case _:
            return _other(error)


KEY_TEXTS: Final = {
    dialect.KeyMissing: "API key is required. Provide it via X-API-Key header or Authorization Bearer token.",
    dialect.KeyUnknown: "Invalid API key",
    dialect.KeyRevoked: "API key has been revoked",
    dialect.KeyExpired: "API key has expired",
}

BODY_TEXTS: Final = {
    dialect.EmptyJson: (400, "Body cannot be empty when content-type is set to 'application/json'"),
    dialect.InvalidJson: (400, "Body is not valid JSON but content-type is set to 'application/json'"),
    dialect.IncompleteBody: (400, "Request body size did not match Content-Length"),
    dialect.UnsupportedType: (415, "Unsupported Media Type"),
    dialect.BodyTooLarge: (413, "Request body is too large"),
}


def _refused(refusal: refusals.Refusal) -> Response:
    match refusal:
        case refusals.CustomerNotFound():
            return envelope(404, "Customer not found")
        case refusals.CustomerLimitReached(limit=limit):
            return envelope(403, f"Customer limit reached. Your plan allows {limit} customers.")
        case refusals.EmailTaken():
            return envelope(409, "A customer with this email already exists")
        case refusals.CustomerChanged():
            return exception_handler(dialect.PreconditionFailed(), HttpRequest())
        case _:
            return envelope(400, str(refusal))


def _other(error: Exception) -> Response:
    status = status_of(error)
    if status == 503:
        return envelope(503, UNAVAILABLE, Retry_After="5")
    if status not in STATUS_TEXTS or status == 500:
        return envelope(500, UNEXPECTED)
    return envelope(status, str(error.detail) if isinstance(error, APIException) else "Bad request")


def route_not_found(request: HttpRequest) -> str:
    return f"Route {request.method}:{raw_url(request)} not found"


def fallback(request: HttpRequest, status: int) -> HttpResponse:
    """Return the envelope for an answer that no view of this slice gave."""
    status = {405: 404}.get(status, status)
    if status not in STATUS_TEXTS:
        status = 400 if status < 500 else 500
    message = {404: route_not_found(request), 500: UNEXPECTED, 503: UNAVAILABLE}.get(status, STATUS_TEXTS[status])
    return json_answer(request, {"error": STATUS_TEXTS[status], "message": message}, status)
