"""Every refusal as the vendor's pages show it: each kind has a body of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.response import Response

from customers import exceptions as refusals
from customers.dialect import exceptions as dialect
from customers.dialect.failures import BODY_FAULTS, json_answer, status_of
from customers.systems.yativo.validation import Errors, ValidationFailed

UNAUTHENTICATED: Final = {"message": "Unauthenticated."}
KEY_REQUIRED: Final = {"error": "Idempotency-Key is required for this request."}
NOT_FOUND: Final = "Customer not found"
NO_ADDRESS: Final = "The requested address could not be found."
INVALID: Final = "Validation failed"
TAKEN: Final = "The customer email has already been taken."
#: The documents' members for fields of the record.
MEMBERS: Final = {
    "first_name": "customer_name",
    "last_name": "customer_name",
    "email": "customer_email",
    "phone_number": "customer_phone",
    "address_data": "customer_address",
    "company_name": "customer_name",
    "status": "customer_status",
}


class IdempotencyKeyMissing(Exception):
    """A request that changes something came without an Idempotency-Key."""


def body_of(status: int, message: str) -> dict[str, Any]:
    return {"status": "error", "status_code": status, "message": message}


def limited(seconds: int) -> dict[str, Any]:
    message = "Too many requests. Please wait before retrying."
    return {"error": "rate_limit_exceeded", "message": message, "retry_after": seconds}


def envelope(status: int, message: str, **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body_of(status, message), status=status, headers=names)


def invalid(errors: Errors) -> Response:
    return Response({**body_of(422, INVALID), "errors": errors}, status=422)


def exception_handler(error: Exception, _request: HttpRequest) -> Response:
    """Return the answer for whatever a view raised."""
    match error:
        case refusals.Refusal():
            return _refused(error)
        case ValidationFailed(errors=errors):
            return invalid(errors)
        case dialect.KeyRefused():
            return Response(UNAUTHENTICATED, status=401, headers={"WWW-Authenticate": "Bearer"})
        case IdempotencyKeyMissing():
            return Response(KEY_REQUIRED, status=400)
        case dialect.IdempotencyKeyReused():
            return envelope(409, "This Idempotency-Key has been used for another request.")
        case dialect.IdempotencyKeyInFlight():
            return envelope(409, "A request with this Idempotency-Key is still being processed.", Retry_After="1")
        case dialect.BadBody():
            return envelope(*BODY_FAULTS[type(error)])
        case dialect.BadRequest():
            return envelope(400, str(error))
        case dialect.ScopeMissing(scope=scope):
            return envelope(403, f"This token does not have the required scope: {scope}.")
        case dialect.RateLimited(retry_after=seconds):
            return Response(limited(seconds), status=429, headers={"Retry-After": str(seconds)})
        case dialect.MethodNotAllowed(allowed=allowed):
            message = f"The method is not supported for this address. Supported methods: {', '.join(allowed)}."
            return envelope(405, message, Allow=", ".join(allowed))
        case dialect.RouteNotFound() | Http404():
            return envelope(404, NO_ADDRESS)
        case _:
            return _general(status_of(error))


def _refused(refusal: refusals.Refusal) -> Response:
    match refusal:
        case refusals.CustomerNotFound():
            return envelope(404, NOT_FOUND)
        case refusals.EmailTaken():
            return invalid({"customer_email": [TAKEN]})
        case refusals.CustomerLimitReached(limit=limit):
            return envelope(403, f"Customer limit reached. Your plan allows {limit} customers.")
        case refusals.InvalidCustomer(errors=errors):
            return invalid({MEMBERS.get(name, name): texts for name, texts in errors.items()})
        case _:
            return envelope(422, str(refusal))


def _general(status: int) -> Response:
    known = _known(status)
    return envelope(known, HTTPStatus(known).phrase, **({"Retry_After": "5"} if known == 503 else {}))


def _known(status: int) -> int:
    """Return a status that has a phrase: servers come up with others."""
    return status if status in set(HTTPStatus) else 400 if status < 500 else 500


def fallback(request: HttpRequest, status: int) -> HttpResponse:
    """Return the answer for a status that no view of this slice gave."""
    known = _known(status)
    return json_answer(request, body_of(known, NO_ADDRESS if known == 404 else HTTPStatus(known).phrase), known)
