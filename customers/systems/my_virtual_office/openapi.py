"""The endpoints as OpenAPI describes them, derived from the schemas that check the bodies.

The description is exact, coercions included, so that a generator of requests can rely on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from customers.models.email import EMAIL_FORMAT
from customers.systems.my_virtual_office import schemas
from customers.systems.my_virtual_office.errors import BODY_TEXTS, KEY_TEXTS, STATUS_TEXTS, UNAVAILABLE, UNEXPECTED
from customers.systems.my_virtual_office.examples import CREATE_BODY, CREATED, READ, UPDATE_BODY, UPDATED

TAG: Final = "My Virtual Office"
STORABLE: Final = r"^[^\u0000]*$"
# Possessive quantifiers are Python's; OpenAPI speaks the older, equal form.
EMAIL_PATTERN: Final = "^" + re.sub(r"([\])][+*])\+", r"\1", EMAIL_FORMAT.pattern) + "$"


def accepted(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is accepted for a member: its own type, and the scalars that are coerced to it."""
    if schema["type"] == "object":
        properties = {name: accepted(member) for name, member in schema["properties"].items()}
        return {"type": ["object", "null"], "properties": properties}
    text = {name: value for name, value in schema.items() if name not in ("nullable", "default")}
    if "enum" in text:
        scalars: list[dict[str, Any]] = [text]
    elif text.get("format") == "email":
        scalars = [{"type": "string", "pattern": EMAIL_PATTERN}]
    else:
        scalars = [{**text, "pattern": STORABLE}, {"type": ["number", "boolean"]}]
        if not text.get("minLength"):
            scalars.append({"type": "null"})
    default = {"default": schema["default"]} if "default" in schema else {}
    one = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"anyOf": scalars}}
    return {"anyOf": [*scalars, one], **default}


def body(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: accepted(member) for name, member in schema["properties"].items()}
    limits = {name: value for name, value in schema.items() if name != "properties"}
    return {"type": "object", "properties": properties, **limits}


def _nullable(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


_ADDRESS_ANSWER: Final = {
    "type": ["object", "null"],
    "properties": {name: {"type": "string"} for name in ("street", "city", "postal_code", "country")},
    "additionalProperties": False,
}
_CUSTOMER: Final = {
    "id": {"type": "string", "format": "uuid"},
    "seller_id": {"type": "string", "format": "uuid"},
    "first_name": {"type": "string"},
    "last_name": {"type": "string"},
    "email": {"type": "string"},
    "company_name": _nullable("string"),
    "legal_entity": _nullable("string"),
    "language": _nullable("string"),
    "address_data": _ADDRESS_ANSWER,
    "postal_redirect_address": _ADDRESS_ANSWER,
    "status": schemas.UPDATE["properties"]["status"],
    "source": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


COMPONENTS: Final = {
    "schemas": {
        "Customer": _object(_CUSTOMER),
        "CustomerPage": _object(
            {
                "data": {"type": "array", "items": {"$ref": "#/components/schemas/Customer"}},
                "has_more": {"type": "boolean"},
                "next_cursor": _nullable("string"),
            }
        ),
        "CreateCustomer": body(schemas.CREATE),
        "UpdateCustomer": body(schemas.UPDATE),
        "Error": _object({"error": {"type": "string"}, "message": {"type": "string"}}),
    },
    "securitySchemes": {
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    },
}

_MESSAGES: Final = {
    401: next(iter(KEY_TEXTS.values())),
    404: "Customer not found",
    412: "The customer has changed since the version named in If-Match",
    429: "Rate limit exceeded. Try again in 12 seconds.",
    500: UNEXPECTED,
    503: UNAVAILABLE,
    **dict(BODY_TEXTS.values()),
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answers(success: int, schema: str, example: Any, errors: Mapping[int, str]) -> dict[int, Any]:
    shown = [OpenApiExample("Documented", example, status_codes=[str(success)])] if example else []
    answers: dict[int, Any] = {success: OpenApiResponse(_ref(schema), "Successful", examples=shown)}
    for status, message in sorted(errors.items()):
        value = {"error": STATUS_TEXTS[status], "message": message}
        answers[status] = OpenApiResponse(
            _ref("Error"), STATUS_TEXTS[status], examples=[OpenApiExample(STATUS_TEXTS[status], value)]
        )
    return answers


def _errors(bad: str | None, *statuses: int, **more: str) -> dict[int, str]:
    always = (401, 429, 500, 503, *statuses)
    texts = {status: _MESSAGES[status] for status in always} | {403: "API key does not have the required scope: read"}
    texts |= {int(status.lstrip("_")): text for status, text in more.items()}
    return {**texts, 400: bad} if bad else texts


def _header(name: str, description: str, **limits: Any) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "string", **limits}, "header", description=description)


_ID: Final = OpenApiParameter("id", str, "path", description="The UUID of the customer.")
_IF_MATCH: Final = "With `If-Match: <ETag>` only that version is touched; 412 where it is another by now."
_BODY_ERRORS: Final = (413, 415)
_TAKEN: Final = "A customer with this email already exists"
_SECURITY: Final[list[dict[str, list[str]]]] = [{"apiKey": []}, {"bearer": []}]
_COMMON: Final[dict[str, Any]] = {"tags": [TAG], "auth": _SECURITY}


def _request(name: str, example: Any) -> dict[str, Any]:
    return {
        "request": {"application/json": _ref(name)},
        "examples": [OpenApiExample("Documented request", example, request_only=True)],
    }


CREATE: Final[dict[str, Any]] = {
    **_COMMON,
    **_request("CreateCustomer", CREATE_BODY),
    "operation_id": "create_customer",
    "summary": "Create Customer",
    "description": "Create a new customer of your seller account.",
    "parameters": [
        _header("Idempotency-Key", "The same key and body replay the first answer for 24 hours.", maxLength=255)
    ],
    "responses": _answers(
        201,
        "Customer",
        CREATED,
        _errors(
            "body must have required property 'email'",
            *_BODY_ERRORS,
            _403="Customer limit reached. Your plan allows 10 customers.",
            _409=_TAKEN,
        ),
    ),
}

LIST: Final[dict[str, Any]] = {
    **_COMMON,
    "operation_id": "list_customers",
    "summary": "List Customers",
    "description": "List the customers of your seller account, newest first.",
    "parameters": [
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}, "query"),
        OpenApiParameter(
            "starting_after",
            {"type": "string", "format": "uuid"},
            "query",
            description="`next_cursor` of the page before.",
        ),
        OpenApiParameter("status", schemas.LIST["properties"]["status"], "query"),
        OpenApiParameter("email", {"type": "string", "pattern": EMAIL_PATTERN}, "query"),
        OpenApiParameter("updated_since", {"type": "string", "format": "date-time"}, "query"),
        OpenApiParameter(
            "search",
            {"type": "string", "maxLength": 200, "pattern": STORABLE},
            "query",
            description="Words in names, e-mail address, company or number.",
        ),
    ],
    "responses": _answers(200, "CustomerPage", None, _errors("querystring/limit must be <= 100", 404)),
}

GET: Final[dict[str, Any]] = {
    **_COMMON,
    "operation_id": "get_customer",
    "summary": "Get Customer",
    "description": "Retrieve one customer by its id.",
    "parameters": [
        _ID,
        _header("If-None-Match", "The ETag that the client has; 304 where it is still the present one."),
    ],
    "responses": {**_answers(200, "Customer", READ, _errors(None, 404)), 304: OpenApiResponse(None, "Not Modified")},
}

UPDATE: Final[dict[str, Any]] = {
    **_COMMON,
    **_request("UpdateCustomer", UPDATE_BODY),
    "operation_id": "update_customer",
    "summary": "Update Customer",
    "description": f"Change the members that are sent. An address is replaced as a whole. {_IF_MATCH}",
    "parameters": [_ID],
    "responses": _answers(
        200,
        "Customer",
        UPDATED,
        _errors("body must NOT have fewer than 1 properties", 404, 412, *_BODY_ERRORS, _409=_TAKEN),
    ),
}

DELETE: Final[dict[str, Any]] = {
    **_COMMON,
    "operation_id": "delete_customer",
    "summary": "Delete Customer",
    "description": f"Delete one customer. It is kept aside and can be restored by staff. {_IF_MATCH}",
    "parameters": [_ID],
    "request": None,
    "responses": {**_answers(204, "Error", None, _errors(None, 404, 412)), 204: OpenApiResponse(None, "Deleted")},
}
