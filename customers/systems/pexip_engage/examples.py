"""The values of the documents' examples, for the OpenAPI page."""

from typing import Any, Final


def _text(value: str) -> dict[str, str]:
    return {"language": "en", "value": value}


_TEXTS: Final = {
    "city": "Ghent",
    "state": "East Flanders",
    "street1": "Korenmarkt 1",
    "street2": "Second floor",
}
_PLACE: Final[dict[str, Any]] = {"postalCode": "9000", "countryCode": "BE"}
_POINT: Final[dict[str, Any]] = {"geolocation": {"latitude": 51.0479466, "longitude": 3.6912248}}
_TRANSLATIONS: Final[dict[str, Any]] = {"translations": {name: [_text(value)] for name, value in _TEXTS.items()}}

CUSTOMER: Final[dict[str, Any]] = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "externalId": "ABCD1234",
    "customerNumber": "123456",
    "email": "john.doe@example.com",
    "firstName": "John",
    "lastName": "Doe",
    "company": "Acme Corp",
    "language": "da",
    "notes": None,
    "phoneNumber": "+32412345678",
    "existing": True,
    "timeZone": "Europe/Brussels",
    "createdAt": "2022-08-17T19:05:21.362Z",
    "updatedAt": "2022-08-17T19:05:21.362Z",
    "deletedAt": None,
    "location": {
        **{name: _text(value) for name, value in _TEXTS.items()},
        **_PLACE,
        "formattedAddress": "Korenmarkt 1, Second floor, 9000 Ghent, East Flanders, Belgium",
        **_POINT,
        **_TRANSLATIONS,
    },
}
UPDATE_BODY: Final[dict[str, Any]] = {
    "company": "Acme Corp",
    "phoneNumber": "+32412345678",
    "location": {**_PLACE, **_POINT, **_TRANSLATIONS},
}
