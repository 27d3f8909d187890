"""The system's JSON: {"key": "…", "who": "John Doe", "mail": "john@example.com"}."""

from typing import Any

from customers.models import Customer
from customers.models.names import join_name, split_name


def to_response(customer: Customer) -> dict[str, Any]:
    return {
        "key": str(customer.pk),
        "who": join_name(customer.first_name, customer.last_name),
        "mail": customer.email,
    }


def to_changes(members: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "who" in members:
        changes["first_name"], changes["last_name"] = split_name(members["who"])
    if "mail" in members:
        changes["email"] = members["mail"]
    return changes
