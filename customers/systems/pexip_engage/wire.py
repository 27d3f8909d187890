"""The documented JSON of a customer; members in the document's order."""

from __future__ import annotations

from typing import Any, Final

from customers.dialect.times import timestamp
from customers.exceptions import InvalidInput
from customers.models import Customer
from customers.models.names import NO_NAME
from customers.systems.pexip_engage.languages import Wanted
from customers.systems.pexip_engage.location import to_address, to_location

#: The members that are texts of the record as they are.
TEXTS: Final = {
    "externalId": "external_id",
    "customerNumber": "customer_number",
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company_name",
    "language": "language",
    "notes": "notes",
    "phoneNumber": "phone_number",
}
NAMES: Final = ("firstName", "lastName")


def to_response(customer: Customer, wanted: Wanted) -> dict[str, Any]:
    """Return `data` with the location's texts in the wanted languages. The customer's seller is needed."""
    seller = customer.seller
    texts = {member: getattr(customer, field) or None for member, field in TEXTS.items()}
    missing = {name: None for name in NAMES if texts[name] == NO_NAME}
    return {
        "id": str(customer.id),
        **texts,
        **missing,
        "existing": customer.existing,
        "timeZone": customer.time_zone or seller.time_zone,
        "createdAt": timestamp(customer.created_at),
        "updatedAt": timestamp(customer.updated_at),
        "deletedAt": timestamp(customer.deleted_at) if customer.deleted_at else None,
        "location": to_location(customer.address_data, wanted, seller.default_language),
    }


def to_changes(members: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Return the fields of the record for the members of an update whose form was checked.

    null clears. Raises InvalidInput for a location that cannot be kept, and for no name at all.
    """
    seller = customer.seller
    changes: dict[str, Any] = {}
    for name, value in members.items():
        match name:
            case "location":
                changes["address_data"] = value and to_address(value, seller.default_language, customer.address_data)
            case "existing":
                changes["existing"] = bool(value)
            case "timeZone":
                changes["time_zone"] = value or ""
            case "firstName" | "lastName":
                changes[TEXTS[name]] = value or NO_NAME
            case "language":
                changes["language"] = value or seller.default_language
            case "company":
                changes["company_name"] = value
            case _:
                changes[TEXTS[name]] = value or ""
    named = any(name in members for name in NAMES)
    if named and all(changes.get(TEXTS[name], getattr(customer, TEXTS[name])) == NO_NAME for name in NAMES):
        raise InvalidInput("A customer has a first or a last name.")
    return changes
