"""The endpoint as OpenAPI describes it, from the schemas that check it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from customers.systems.pexip_engage import schemas
from customers.systems.pexip_engage.errors import KINDS, body_of
from customers.systems.pexip_engage.examples import CUSTOMER, UPDATE_BODY

TAG: Final = "Pexip Engage"
STORABLE: Final = r"^[^\u0000]*$"
_ERROR: Final = {name: schemas.text() for name in ("message", "code", "type", "statusCode")}


def _storable(schema: Any) -> Any:
    """Return the schema with what no database keeps left out of its texts."""
    if isinstance(schema, list):
        return [_storable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _storable(value) for name, value in schema.items()}
    is_text = "string" in inner.get("type", ()) and "enum" not in inner
    return {**inner, "pattern": STORABLE} if is_text else inner


COMPONENTS: Final = {
    "schemas": {
        "PexipEngageCustomer": schemas.closed({"data": schemas.CUSTOMER}),
        "PexipEngageUpdate": _storable(schemas.UPDATE),
        "PexipEngageErrors": schemas.closed(
            {"errors": {"type": "array", "minItems": 1, "items": schemas.closed(_ERROR)}}
        ),
    },
    "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/PexipEngage{name}"}


def _error(status: int) -> OpenApiResponse:
    phrase = HTTPStatus(status).phrase
    return OpenApiResponse(_ref("Errors"), phrase, examples=[OpenApiExample(phrase, body_of(status, phrase))])


def _answers(*without: int) -> dict[int, Any]:
    shown = OpenApiExample("Documented", {"data": CUSTOMER}, status_codes=["200"])
    errors = {status: _error(status) for status in KINDS if status not in (405, 409, *without)}
    return {200: OpenApiResponse(_ref("Customer"), "Successful operation", examples=[shown]), **errors}


_PATH: Final = [
    OpenApiParameter("enterprise", str, "path", description="The seller's short name."),
    OpenApiParameter("id", str, "path", description="The UUID of the customer."),
]
_HEADERS: Final = [
    OpenApiParameter("X-Correlation-Id", str, "header", description="Given back with the answer."),
    OpenApiParameter(
        "Accept-Language",
        str,
        "header",
        description="The languages for the location's texts, such as `en *`: English, else the default, else any.",
    ),
]
_COMMON: Final[dict[str, Any]] = {"tags": [TAG], "auth": [{"bearer": []}], "parameters": [*_PATH, *_HEADERS]}

GET: Final[dict[str, Any]] = {
    **_COMMON,
    "operation_id": "pexip_engage_get_customer",
    "summary": "Get a customer",
    "description": "Get a customer by its id, also one that was deleted.",
    "responses": _answers(400, 413, 415, 422),
}

UPDATE: Final[dict[str, Any]] = {
    **_COMMON,
    "operation_id": "pexip_engage_update_customer",
    "summary": "Update a customer",
    "description": "Change the members that are sent; null takes one away. A location is replaced as a whole.",
    "request": {"application/json": _ref("Update")},
    "examples": [OpenApiExample("Documented request", UPDATE_BODY, request_only=True)],
    "responses": _answers(),
}
