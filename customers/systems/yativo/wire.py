"""The documented JSON of a customer; members in the order of the two samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from customers.models import Customer, Status
from customers.models.address import keep_known
from customers.models.country import find_country, same_country
from customers.models.names import join_name, split_name

#: The members of an address, and ours, in the order of the first and of the second sample.
ADDRESS: Final = {
    "city": "city",
    "state": "state",
    "zipcode": "postal_code",
    "street": "street",
    "number": "number",
    "country": "country",
}
LISTED_ORDER: Final = ("city", "state", "number", "street", "country", "zipcode")
SHOWN_STATUS: Final = {
    Status.ACTIVE.value: "active",
    Status.INACTIVE.value: "inactive",
    Status.SUSPENDED.value: "inactive",
}


def to_object(customer: Customer) -> dict[str, Any]:
    """Return the customer as the first sample shows it."""
    return {
        "customer_id": str(customer.id),
        "customer_name": join_name(customer.first_name, customer.last_name),
        "customer_email": customer.email,
        "customer_phone": customer.phone_number or None,
        "customer_country": _code((customer.address_data or {}).get("country")),
        "customer_address": to_address(customer.address_data),
    }


def to_item(customer: Customer) -> dict[str, Any]:
    """Return the customer as the second sample shows it in a list."""
    shown = to_object(customer)
    address = shown["customer_address"]
    return {
        **shown,
        "customer_address": address and {member: address[member] for member in LISTED_ORDER},
        "can_create_vc": int(customer.can_create_vc),
        "can_create_va": int(customer.can_create_va),
        "customer_status": SHOWN_STATUS[customer.status],
    }


def to_address(data: Mapping[str, Any] | None) -> dict[str, str | None] | None:
    """Return the documented address with all its members; None where there is no address."""
    if not data:
        return None
    address = {member: data.get(name) or None for member, name in ADDRESS.items()}
    return {**address, "country": _code(address["country"])}


def _code(country: str | None) -> str | None:
    found = find_country(country)
    return found.alpha3 if found else None


def to_changes(members: Mapping[str, Any], before: Customer | None = None) -> dict[str, Any]:
    """Return the fields of the record for members whose form was checked.

    What `before` shows already stays as it is written there: a name is not divided anew, a country
    not spelled anew.
    """
    changes: dict[str, Any] = {}
    name = members.get("customer_name")
    if name is not None and (before is None or name != join_name(before.first_name, before.last_name).strip()):
        changes["first_name"], changes["last_name"] = split_name(name)
    if "customer_email" in members:
        changes["email"] = members["customer_email"]
    if "customer_phone" in members:
        changes["phone_number"] = members["customer_phone"] or ""
    for member in ("can_create_vc", "can_create_va"):
        if member in members:
            changes[member] = bool(members[member])
    status = members.get("customer_status")
    if status is not None and (before is None or SHOWN_STATUS[before.status] != status):
        changes["status"] = Status.ACTIVE.value if status == "active" else Status.INACTIVE.value
    if "customer_address" in members or members.get("customer_country"):
        changes["address_data"] = _address(members, before.address_data if before else None)
    return changes


def _address(members: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the address that the members make of the one before."""
    sent = members.get("customer_address")
    if "customer_address" in members and sent is None:
        # Without an address there still is the country, where one is sent.
        country = members.get("customer_country")
        return {"country": country} if country else None
    old = dict(before or {})
    country = (sent or {}).get("country") or members.get("customer_country")
    if not country and ("country" not in (sent or {}) or find_country(old.get("country")) is None):
        # Nothing is said of it; null is what is shown of one that cannot be read.
        country = old.get("country")
    kept = old.get("country") if same_country(old.get("country"), country) else country
    if sent is None:
        if kept == old.get("country"):
            return old
        return keep_known({**_plain(old), "country": kept}, old, ADDRESS.values())
    given = {ADDRESS[member]: text for member, text in sent.items() if text}
    new = {**given, **({"country": kept} if kept else {})}
    if _shown(new) != _shown(old):
        old = keep_known(new, old, ADDRESS.values())
    return old or None


def _shown(data: Mapping[str, Any]) -> dict[str, str | None]:
    return {member: data.get(name) or None for member, name in ADDRESS.items()}


def _plain(address: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in address.items() if name in ADDRESS.values()}
