"""The documented JSON of a customer; members in the documents' order."""

from __future__ import annotations

from typing import Any, Final

from customers.dialect.times import timestamp
from customers.models import Address, Customer

ADDRESS_MEMBERS: Final = ("street", "city", "postal_code", "country")


def to_response(customer: Customer) -> dict[str, Any]:
    """Return the customer as all three documents show it."""
    return {
        "id": str(customer.id),
        "seller_id": str(customer.seller_id),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "company_name": customer.company_name,
        "legal_entity": customer.legal_entity,
        "language": customer.language,
        "address_data": _address(customer.address_data),
        "postal_redirect_address": _address(customer.postal_redirect_address),
        "status": customer.status,
        "source": customer.source,
        "created_at": timestamp(customer.created_at),
        "updated_at": timestamp(customer.updated_at),
    }


def _address(data: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the documented members that were given; the record may know more.

    The documents know no house number apart from the street.
    """
    if data is None:
        return None
    shown: dict[str, Any] = {name: data[name] for name in ADDRESS_MEMBERS if name in data}
    if data.get("number") and shown.get("street"):
        shown["street"] = Address.from_json(data).street_line()
    return shown
