"""My Virtual Office as an upstream: documents "Create Customer", "Update Customer", "Get Customer".

The documents name two hosts; the base address is the setting MY_VIRTUAL_OFFICE_URL. They know
neither a list, a deletion nor an idempotency key: a customer deleted here becomes inactive there,
and the key is sent for those upstreams that honour it, but never relied on.

Choices where the documents are silent: a language that the upstream does not know is sent as `en`;
a create leaves out what the customer does not have, an update sends null for what was taken away;
null, an empty text and an absent member are the same when both sides are compared.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput
from customers.models import Customer, Status
from customers.models.address import keep_known
from customers.systems.my_virtual_office.schemas import UPDATE
from customers.systems.my_virtual_office.wire import ADDRESS_MEMBERS, to_response
from customers.upstream import Access, Call

PATH: Final = "/api/customers"
MEMBERS: Final = tuple(UPDATE["properties"])
LANGUAGES: Final = tuple(UPDATE["properties"]["language"]["enum"])
ADDRESSES: Final = ("address_data", "postal_redirect_address")
_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
#: Nobody's customer: whoever may read gets "not found" for it.
NOBODY: Final = UUID(int=0)


def render(customer: Customer, known: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the customer as the upstream should have it, every member present.

    `known` is what it has: a language that cannot be sent, but is there, stays.
    """
    shown = to_response(customer)
    state = {name: shown[name] for name in MEMBERS}
    if state["language"] not in (*LANGUAGES, (known or {}).get("language")):
        state["language"] = "en"
    if customer.deleted_at is not None:
        state["status"] = Status.INACTIVE.value
    return {name: (value or None) if name in ADDRESSES else value for name, value in state.items()}


def create_body(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if value is not None}


def create(access: Access, body: dict[str, Any], *, key: UUID, correlation_id: str) -> Call:
    headers = {**_headers(access, correlation_id), "Idempotency-Key": str(key)}
    return Call(method="POST", url=_url(PATH), headers=headers, body=body)


def update(access: Access, upstream_id: str, body: dict[str, Any], *, correlation_id: str) -> Call:
    headers = _headers(access, correlation_id)
    return Call(method="PATCH", url=_url(path_of(upstream_id)), headers=headers, body=body)


def read(access: Access, upstream_id: str, *, correlation_id: str = "") -> Call:
    return Call(method="GET", url=_url(path_of(upstream_id)), headers=_headers(access, correlation_id))


def probe(access: Access) -> Call:
    """Return a call that changes nothing and that a good key answers with 404."""
    return read(access, str(NOBODY))


def shows_good_key(status: int, data: Any) -> bool:
    """Return whether this answer to `probe` says that key and address are right."""
    return status == 404 and message_of(data) != "" or 200 <= status < 300 and upstream_id_of(data) is not None


def path_of(upstream_id: str) -> str:
    return f"{PATH}/{quote(upstream_id, safe='')}"


def upstream_id_of(data: Any) -> str | None:
    """Return the id of the customer that an answer shows; None where it shows none."""
    shown = data.get("id") if isinstance(data, dict) else None
    return shown if isinstance(shown, str) and _ID.fullmatch(shown) else None


def record_of(data: Any) -> Any:
    """Return the customer in an answer: the whole of it."""
    return data


def record_id(record: Any) -> str | None:
    return upstream_id_of(record)


def is_deleted(_state: dict[str, Any]) -> bool:
    """Return whether the customer was deleted there: the documents know no such thing."""
    return False


def comparable(data: dict[str, Any]) -> dict[str, Any]:
    """Return the members that can be sent, of an answer or of what was rendered, so that equals are equal."""
    state = {name: data.get(name) for name in MEMBERS}
    for name in ADDRESSES:
        shown = state[name]
        known = (
            {member: shown[member] for member in ADDRESS_MEMBERS if shown.get(member)}
            if isinstance(shown, dict)
            else {}
        )
        state[name] = known or None
    return {name: None if value == "" else value for name, value in state.items()}


def state_of(customer: Customer) -> dict[str, Any]:
    """Return what an answer about our customer would show, comparable with theirs."""
    return comparable(to_response(customer))


def differences(expected: dict[str, Any], data: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the members in which an answer differs from what was acknowledged: [acknowledged, theirs]."""
    ours, theirs = comparable(expected), comparable(data)
    return {name: [ours[name], theirs[name]] for name in MEMBERS if ours[name] != theirs[name]}


def changes_of(state: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Return the fields of the record for members as the upstream shows them; `customer` may be a new one.

    No language leaves the record's. Raises InvalidInput for values of a kind that the documents do
    not know.
    """
    for name, value in state.items():
        if value is not None and not isinstance(value, dict if name in ADDRESSES else str):
            raise InvalidInput(_("The upstream's value of “%(name)s” cannot be taken over.") % {"name": name})
    if customer._state.adding and not state.get("email"):
        raise InvalidInput(_("There is no e-mail address."))
    changes = {name: value for name, value in state.items() if name in MEMBERS}
    if changes.get("language", "") is None:
        del changes["language"]
    for name in ADDRESSES:
        if changes.get(name):
            changes[name] = keep_known(changes[name], getattr(customer, name), ADDRESS_MEMBERS)
    return changes


def message_of(data: Any) -> str:
    """Return the upstream's words in its error envelope."""
    words = data.get("message") if isinstance(data, dict) else None
    return words if isinstance(words, str) else ""


def rate_limit() -> int:
    """Return how many calls a minute one connection makes; 0 for no limit."""
    limit: int = settings.MY_VIRTUAL_OFFICE_RATE_LIMIT
    return limit


def _url(path: str) -> str:
    base: str = settings.MY_VIRTUAL_OFFICE_URL
    return base.rstrip("/") + path


def _headers(access: Access, correlation_id: str) -> dict[str, str]:
    headers = {"X-API-Key": access.token}
    return {**headers, "X-Correlation-Id": correlation_id} if correlation_id else headers
