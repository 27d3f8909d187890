"""Yativo as an upstream: document "Retrieve customer" in both forms, and the vendor's list and login.

The base address holds the base path (`/api/v1` in production). The form of an answer and the
status_code in its body are not relied on: one object or a list of one are read alike.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput
from customers.models import Customer
from customers.models.country import find_country
from customers.models.customer import plain_phone_number
from customers.systems.yativo.wire import ADDRESS, to_changes, to_item
from customers.upstream import Access, Call, bearer_token

#: Members of a customer that are read, and of what kind they are.
MEMBERS: Final[dict[str, Any]] = {
    "customer_name": str,
    "customer_email": str,
    "customer_phone": str,
    "customer_country": str,
    "customer_address": dict,
    "can_create_vc": int,
    "can_create_va": int,
    "customer_status": str,
}
#: What each status means here; whoever is not yet let in cannot log in.
STATUSES: Final = {"active": "active", "inactive": "inactive", "pending": "inactive"}
PER_PAGE: Final = 100
_LONGEST_ID: Final = 255
_NOBODY: Final = str(UUID(int=0))


def sign_in(access: Access) -> Call | None:
    """Return the call that asks for a token; None where the credential is one."""
    account_id = access.options.get("account_id")
    if not account_id:
        return None
    body = {"account_id": account_id, "app_secret": access.token}
    return Call(method="POST", url=_url("/auth/login"), headers={}, body=body, secrets=(access.token,))


def token_of(data: Any) -> tuple[str, float] | None:
    """Return the token of an answer to `sign_in` and its lifetime in seconds, 0 where it is not told."""
    return bearer_token(data.get("data") if isinstance(data, dict) else None)


def read(access: Access, upstream_id: str, *, correlation_id: str = "") -> Call:
    return _get(access, f"/customer/{quote(upstream_id, safe='')}", correlation_id)


def list_page(access: Access, page: int, *, correlation_id: str = "") -> Call:
    """Return the call for a page of the list, from 1."""
    return _get(access, f"/customer?per_page={PER_PAGE}&page={page}", correlation_id)


def probe(access: Access) -> Call:
    """Return a call that changes nothing and that a good token answers with 404."""
    return read(access, _NOBODY)


def shows_good_key(status: int, data: Any) -> bool:
    """Return whether this answer to `probe` says that token and address are right."""
    return status == 404 and message_of(data) != "" or 200 <= status < 300 and record_of(data) is not None


def rate_limit() -> int:
    """Return how many calls a minute one connection makes; 0 for no limit."""
    limit: int = settings.YATIVO_RATE_LIMIT
    return limit


def message_of(data: Any) -> str:
    """Return the upstream's words in any of its error envelopes."""
    words = (data.get("message") or data.get("error")) if isinstance(data, dict) else None
    return words if isinstance(words, str) else ""


def records_of(data: Any) -> list[Any] | None:
    """Return the customers of an answer in either form; None where it has neither."""
    shown = data.get("data") if isinstance(data, dict) else None
    if isinstance(shown, dict):
        return [shown]
    return shown if isinstance(shown, list) else None


def pages_of(data: Any) -> tuple[int, int]:
    """Return how many customers and how many pages there are, as far as an answer tells."""
    told = data.get("pagination") if isinstance(data, dict) else None
    numbers = told if isinstance(told, dict) else {}
    total, last = numbers.get("total"), numbers.get("last_page")
    return total if isinstance(total, int) else 0, last if isinstance(last, int) else 1


def record_of(data: Any) -> Any:
    """Return the one customer in an answer; None where there is not exactly one."""
    records = records_of(data)
    return records[0] if records is not None and len(records) == 1 else None


def upstream_id_of(data: Any) -> str | None:
    """Return the id of the customer that an answer shows; None where it shows none."""
    return record_id(record_of(data))


def record_id(record: Any) -> str | None:
    shown = record.get("customer_id") if isinstance(record, dict) else None
    return shown if isinstance(shown, str) and 0 < len(shown) <= _LONGEST_ID else None


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    """Return the members that the answer has, so that equals are equal. Raises InvalidInput for other kinds."""
    state = {name: record[name] for name in MEMBERS if name in record}
    if not all(value is None or isinstance(value, MEMBERS[name]) for name, value in state.items()):
        raise InvalidInput(_("The record has not the form that the document shows."))
    address = state.get("customer_address")
    if address:
        texts = {member: address.get(member) for member in ADDRESS}
        if not all(text is None or isinstance(text, str) for text in texts.values()):
            raise InvalidInput(_("The record has not the form that the document shows."))
        # One country: that of the address, where it has one.
        country = texts["country"] or state.pop("customer_country", None)
        state.pop("customer_country", None)
        state["customer_address"] = {**{member: text or None for member, text in texts.items()}, "country": country}
    return state


def state_of(customer: Customer) -> dict[str, Any]:
    """Return what an answer about our customer would show, comparable with theirs."""
    return comparable(to_item(customer))


def is_deleted(_state: dict[str, Any]) -> bool:
    """Return whether the customer was deleted there: the documents know no such thing."""
    return False


def changes_of(state: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Return the fields of the record for members as they were compared; `customer` may be a new one.

    Raises InvalidInput for values that cannot be taken over.
    """
    members = dict(state)
    for name, words in (
        ("customer_name", _("There is no name.")),
        ("customer_email", _("There is no e-mail address.")),
    ):
        if not (members.get(name) or "").strip() and (name in members or customer._state.adding):
            raise InvalidInput(words)
    if members.get("customer_phone"):
        members["customer_phone"] = plain_phone_number(members["customer_phone"])
    address = members.get("customer_address")
    country = (address or {}).get("country") or members.get("customer_country")
    if country and find_country(country) is None:
        raise InvalidInput(_("The country “%(country)s” is not known.") % {"country": country[:100]})
    status = members.pop("customer_status", None)
    if status is not None:
        if status not in STATUSES:
            raise InvalidInput(_("The status “%(status)s” is not known.") % {"status": status[:20]})
        members["customer_status"] = STATUSES[status]
    # A flag that is null says nothing.
    told = {name: value for name, value in members.items() if value is not None or not name.startswith("can_")}
    return to_changes(told, None if customer._state.adding else customer)


def _get(access: Access, path: str, correlation_id: str) -> Call:
    headers = {"Authorization": f"Bearer {access.token}"}
    if correlation_id:
        headers["X-Correlation-Id"] = correlation_id
    return Call(method="GET", url=_url(path), headers=headers)


def _url(path: str) -> str:
    base: str = settings.YATIVO_URL
    return base.rstrip("/") + path
