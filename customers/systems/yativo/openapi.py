"""The endpoints as OpenAPI describes them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from customers.systems.yativo import examples, schemas
from customers.systems.yativo.errors import (
    INVALID,
    KEY_REQUIRED,
    NOT_FOUND,
    TAKEN,
    UNAUTHENTICATED,
    body_of,
    limited,
)
from customers.systems.yativo.validation import LAST_PAGE

TAG: Final = "Yativo"
COMPONENTS: Final = {
    "schemas": {
        "YativoCustomer": schemas.OBJECT,
        "YativoCustomers": schemas.LIST,
        "YativoCreate": schemas.CREATE,
        "YativoUpdate": schemas.UPDATE,
        "YativoError": schemas.ERROR,
    },
    "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
}
_ERRORS: Final[dict[int, Any]] = {
    400: KEY_REQUIRED,
    401: UNAUTHENTICATED,
    404: body_of(404, NOT_FOUND),
    422: {**body_of(422, INVALID), "errors": {"customer_email": [TAKEN]}},
    429: limited(12),
}
_ALWAYS: Final = (401, 403, 429, 500, 503)
_SENT: Final = (400, 409, 413, 415, 422)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/Yativo{name}"}


def _answers(status: int, name: str, example: Any, *errors: int) -> dict[int, Any]:
    shown = [OpenApiExample("Documented", example, status_codes=[str(status)])]
    answers = {status: OpenApiResponse(_ref(name), "Successful", examples=shown)}
    for code in sorted({*_ALWAYS, *errors}):
        phrase = HTTPStatus(code).phrase
        body = _ERRORS.get(code, body_of(code, phrase))
        answers[code] = OpenApiResponse(_ref("Error"), phrase, examples=[OpenApiExample(phrase, body)])
    return answers


def _request(name: str, example: Any) -> dict[str, Any]:
    return {
        "request": {"application/json": _ref(name)},
        "examples": [OpenApiExample("Documented request", example, request_only=True)],
    }


_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "header",
    required=True,
    description="The same key and request replay the first answer for 24 hours.",
)
_ID: Final = OpenApiParameter("id", str, "path", description="The UUID of the customer.")
_COMMON: Final[dict[str, Any]] = {"tags": [TAG], "auth": [{"bearer": []}]}

GET: Final[dict[str, Any]] = {
    **_COMMON,
    "summary": "Retrieve customer",
    "description": "Retrieve one customer by its id.",
    "parameters": [_ID],
    "responses": _answers(200, "Customer", examples.OBJECT, 404),
}
GET_LISTED: Final[dict[str, Any]] = {
    **GET,
    "description": "Retrieve one customer by its id, as a list of one.",
    "responses": _answers(200, "Customers", examples.LIST, 404),
}
LIST: Final[dict[str, Any]] = {
    **_COMMON,
    "summary": "Retrieve customers",
    "description": "List the customers of your account, the oldest first.",
    "parameters": [
        OpenApiParameter("per_page", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "query"),
        OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}, "query"),
    ],
    "responses": _answers(200, "Customers", examples.LIST, 422),
}
CREATE: Final[dict[str, Any]] = {
    **_COMMON,
    **_request("Create", examples.CREATE_BODY),
    "summary": "Create customer",
    "description": "Create a customer of your account.",
    "parameters": [_KEY],
    "responses": _answers(201, "Customer", examples.CREATED, *_SENT),
}
UPDATE: Final[dict[str, Any]] = {
    **_COMMON,
    **_request("Update", examples.UPDATE_BODY),
    "summary": "Update customer",
    "description": "Change the members that are sent. An address is replaced as a whole.",
    "parameters": [_ID, _KEY],
    "responses": _answers(200, "Customer", examples.OBJECT, 404, *_SENT),
}
