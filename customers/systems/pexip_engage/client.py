"""Pexip Engage as an upstream: document "Get a customer"; customers are pulled from it by their ids.

Signing in is the vendor's page "Authentication": OAuth 2.0 client credentials in the realm of the
enterprise. Members and languages that are new are ignored, as the vendor asks of clients.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput
from customers.models import Customer, Language
from customers.models.customer import plain_phone_number
from customers.systems.pexip_engage.languages import Wanted
from customers.systems.pexip_engage.location import TEXTS as LOCATION_TEXTS
from customers.systems.pexip_engage.schemas import UPDATE
from customers.systems.pexip_engage.validation import is_readable
from customers.systems.pexip_engage.wire import to_changes, to_response
from customers.upstream import Access, Call, bearer_token

MEMBERS: Final = tuple(UPDATE["properties"])
SCOPE: Final = "engage:customers:readOnly"
#: Members of a location that are read; the others follow from them.
_LOCATION: Final = (*LOCATION_TEXTS, "postalCode", "countryCode", "geolocation", "translations")
_LONGEST_ID: Final = 255
#: Nobody's customer: whoever may read gets "not found" for it.
_NOBODY: Final = str(UUID(int=0))


def sign_in(access: Access) -> Call | None:
    """Return the call that asks for a token; None where the credential is one."""
    client_id = access.options.get("client_id")
    if not client_id:
        return None
    realm = quote(access.options["enterprise"], safe="")
    return Call(
        method="POST",
        url=f"{settings.PEXIP_ENGAGE_AUTH_URL.rstrip('/')}/realms/{realm}/protocol/openid-connect/token",
        headers={},
        form={
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": access.token,
            "scope": SCOPE,
        },
        secrets=(access.token,),
    )


def token_of(data: Any) -> tuple[str, float] | None:
    """Return the token of an answer to `sign_in` and its lifetime in seconds, 0 where it is not told."""
    return bearer_token(data)


def read(access: Access, upstream_id: str, *, correlation_id: str = "") -> Call:
    enterprise, customer = (quote(text, safe="") for text in (access.options["enterprise"], upstream_id))
    headers = {"Authorization": f"Bearer {access.token}", "Accept-Language": "*"}
    if correlation_id:
        headers["X-Correlation-Id"] = correlation_id
    base = settings.PEXIP_ENGAGE_URL.rstrip("/")
    return Call(method="GET", url=f"{base}/enterprises/{enterprise}/customers/{customer}", headers=headers)


def probe(access: Access) -> Call:
    """Return a call that changes nothing and that a good token answers with 404."""
    return read(access, _NOBODY)


def shows_good_key(status: int, data: Any) -> bool:
    """Return whether this answer to `probe` says that token and address are right."""
    return status == 404 and message_of(data) != "" or 200 <= status < 300 and upstream_id_of(data) is not None


def rate_limit() -> int:
    """Return how many calls a minute one connection makes; 0 for no limit."""
    limit: int = settings.PEXIP_ENGAGE_RATE_LIMIT
    return limit


def message_of(data: Any) -> str:
    """Return the upstream's words in its error envelope, or in that of the token address."""
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    words = first.get("message") if isinstance(first, dict) else data.get("error_description")
    return words if isinstance(words, str) else ""


def record_of(data: Any) -> Any:
    """Return the customer in an answer; None where there is none."""
    return data.get("data") if isinstance(data, dict) else None


def upstream_id_of(data: Any) -> str | None:
    """Return the id of the customer that an answer shows; None where it shows none."""
    return record_id(record_of(data))


def record_id(record: Any) -> str | None:
    shown = record.get("id") if isinstance(record, dict) else None
    return shown if isinstance(shown, str) and 0 < len(shown) <= _LONGEST_ID else None


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    """Return what is read of a customer, so that equals are equal. Raises InvalidInput for another form."""
    if not is_readable(record):
        raise InvalidInput(_("The record has not the form that the document shows."))
    state = {name: record.get(name) for name in MEMBERS}
    place = state["location"]
    state["location"] = place and {**{name: place.get(name) for name in _LOCATION}, "translations": _sorted(place)}
    return {**state, "existing": bool(state["existing"]), "deletedAt": record.get("deletedAt")}


def _sorted(place: dict[str, Any]) -> dict[str, Any]:
    """Return the texts of a location in an order that does not matter; no texts are an empty list."""
    translations = place["translations"]
    return {name: sorted(translations.get(name) or [], key=_by_language) for name in LOCATION_TEXTS}


def _by_language(text: dict[str, str]) -> str:
    return text["language"]


def state_of(customer: Customer) -> dict[str, Any]:
    """Return what an answer about our customer would show, comparable with theirs."""
    return comparable(to_response(customer, Wanted()))


def is_deleted(state: dict[str, Any]) -> bool:
    return bool(state.get("deletedAt"))


def changes_of(state: dict[str, Any], customer: Customer) -> dict[str, Any]:
    """Return the fields of the record for members as they were compared; `customer` may be a new one.

    Raises InvalidInput for values that cannot be taken over.
    """
    members = {name: state[name] for name in MEMBERS if name in state}
    if "email" in members and not members["email"]:
        raise InvalidInput(_("There is no e-mail address."))
    language = members.get("language")
    if language and language not in Language.values:
        raise InvalidInput(_("The language “%(language)s” is not known.") % {"language": language[:20]})
    if members.get("phoneNumber"):
        members["phoneNumber"] = plain_phone_number(members["phoneNumber"])
    return to_changes(members, customer)
