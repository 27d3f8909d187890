"""The values of the documents' examples, for the OpenAPI page."""

from typing import Any, Final

_HOME: Final = {"street": "Musterstraße 123", "city": "Berlin", "postal_code": "10115", "country": "Germany"}
_REDIRECT: Final = {
    "street": "Weiterleitungsstraße 5",
    "city": "München",
    "postal_code": "80331",
    "country": "Germany",
}

CREATE_BODY: Final[dict[str, Any]] = {
    "first_name": "John",
    "last_name": "Doe",
    "email": "john.doe@example.com",
    "company_name": "Acme Inc",
    "legal_entity": "GmbH",
    "language": "de",
    "address_data": _HOME,
}
UPDATE_BODY: Final[dict[str, Any]] = {"first_name": "Jane", "company_name": "Acme Corp", "language": "en"}

CREATED: Final[dict[str, Any]] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "seller_id": "660e8400-e29b-41d4-a716-446655440001",
    **CREATE_BODY,
    "postal_redirect_address": None,
    "status": "active",
    "source": "api",
    "created_at": "2024-01-15T10:30:00.000Z",
    "updated_at": "2024-01-15T10:30:00.000Z",
}
READ: Final[dict[str, Any]] = {
    **CREATED,
    "company_name": "Acme Corp",
    "language": "en",
    "updated_at": "2024-02-20T14:15:00.000Z",
}
UPDATED: Final[dict[str, Any]] = {**READ, "first_name": "Jane", "postal_redirect_address": _REDIRECT}
