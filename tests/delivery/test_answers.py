"""Every answer of the upstream, to every kind of call: what becomes of the entry and of the connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from customers.delivery.answers import retry_after
from customers.delivery.draining import Drained
from customers.models import Connection, Seller
from customers.models.clock import database_now
from tests.delivery.states import edit, entry_of, leave_unclear, linked
from tests.delivery.upstream import ScriptedUpstream, always
from tests.factory import make_customer

REJECTED = "blocked rejected"
LATER = "pending, retry"
UNCLEAR = "pending, ambiguous"
#: status -> what becomes of a create, of a create that may have been applied, of an update.
TABLE: dict[int, tuple[str, str, str]] = {
    **dict.fromkeys((400, 413, 415, 422), (REJECTED, REJECTED, REJECTED)),
    **dict.fromkeys((301, 302, 303, 304, 307, 308), ("paused misconfigured",) * 3),
    401: ("paused key_refused",) * 3,
    403: ("waits for room", "waits for room", "paused forbidden"),
    404: ("paused misconfigured", "paused misconfigured", "blocked gone"),
    409: ("blocked email_taken", "blocked link_needed", "blocked email_taken"),
    **dict.fromkeys((408, 425, 429, 503), (LATER,) * 3),
    **dict.fromkeys((402, 405, 406, 410, 411, 418, 431, 451), ("blocked unexpected",) * 3),
    **dict.fromkeys((500, 501, 502, 504, 507, 599), (UNCLEAR,) * 3),
    # Yes, but without the customer.
    **dict.fromkeys((200, 201, 202, 204), (UNCLEAR,) * 3),
}


def outcome(seller: Seller, kind: str, drain: Callable[[], Drained]) -> str:
    """Deliver one change of the kind and return in words what became of it."""
    create = kind.startswith("create")
    customer = make_customer(seller) if create else edit(linked(seller), company_name="New")
    if kind.endswith("unclear"):
        leave_unclear(customer)
    drain()
    entry, connection = entry_of(customer), Connection.objects.get()
    if connection.pause:
        assert (entry.state, entry.blocked_why) == ("pending", "")
        return f"paused {connection.pause}"
    if connection.creates_paused_until:
        assert (entry.state, entry.waiting_for) == ("pending", "plan")
        return "waits for room"
    return f"blocked {entry.blocked_why}" if entry.blocked_why else f"{entry.state}, {entry.waiting_for}"


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("kind", ["create", "create unclear", "update", "update unclear"])
def test_status(
    status: int,
    kind: str,
    seller: Seller,
    connection: Connection,
    upstream: ScriptedUpstream,
    drain: Callable[[], Drained],
) -> None:
    upstream.answer = always(status, "some words")
    create, unclear, update = TABLE[status]
    expected = {"create": create, "create unclear": unclear}.get(kind, update)

    assert outcome(seller, kind, drain) == expected


@pytest.mark.parametrize("kind", ["create", "create unclear", "update", "update unclear"])
def test_yes_with_the_customer(
    kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    assert outcome(seller, kind, drain) == "delivered, "


@pytest.mark.parametrize(
    "data", [b"", b"<html>OK</html>", b"[]", b"null", b'{"id": 5}', b'{"id": ""}', b'{"id": "../x"}', b"[" * 100_000]
)
@pytest.mark.parametrize("kind", ["create", "update"])
def test_yes_with_nonsense(
    data: bytes,
    kind: str,
    seller: Seller,
    connection: Connection,
    upstream: ScriptedUpstream,
    drain: Callable[[], Drained],
) -> None:
    upstream.answer = lambda _request: (200, data, {})

    assert outcome(seller, kind, drain) == UNCLEAR


def test_yes_with_somebody_else(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = lambda _request: (200, {"id": "up-somebody-else"}, {})

    assert outcome(seller, "update", drain) == UNCLEAR


@pytest.mark.parametrize("kind", ["create", "update"])
def test_silence_after_the_call(
    kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = lambda _request: None

    assert outcome(seller, kind, drain) == UNCLEAR


@pytest.mark.parametrize("kind", ["create", "update"])
def test_too_late(
    kind: str,
    seller: Seller,
    connection: Connection,
    upstream: ScriptedUpstream,
    drain: Callable[[], Drained],
    settings: object,
) -> None:
    settings.DELIVERY_DEADLINE = 0.3  # type: ignore[attr-defined]
    upstream.answer = lambda _request: time.sleep(1)

    assert outcome(seller, kind, drain) == UNCLEAR


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://nowhere.invalid"])
@pytest.mark.parametrize("kind", ["create", "update"])
def test_nobody_there(
    address: str, kind: str, seller: Seller, connection: Connection, drain: Callable[[], Drained], settings: object
) -> None:
    settings.MY_VIRTUAL_OFFICE_URL = address  # type: ignore[attr-defined]

    assert outcome(seller, kind, drain) == LATER


def test_update__that_is_not_found_is_confirmed_and_never_made_anew(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = always(404, "Customer not found")

    outcome(seller, "update", drain)

    assert upstream.methods == ["PATCH", "GET"]


def test_update__that_is_there_after_all_is_tried_again(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = lambda request: (404, {}, {}) if request.method == "PATCH" else (200, {"id": "x"}, {})

    assert outcome(seller, "update", drain) == LATER


def test_conflict__that_says_when_to_come_again_is_tried_again(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = always(409, "still working", Retry_After="7")

    assert outcome(seller, "create", drain) == LATER


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("", None, None),
        ("7", 7, 7),
        ("120.5", 120.5, 120.5),
        ("-5", 1, 1),
        ("0", 1, 1),
        ("1e9", 900, 900),
        ("inf", 900, 900),
        ("nan", 60, 60),
        ("junk", 60, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 1),
        (format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True), 1, 300),
    ],
)
def test_retry_after__within_limits(text: str, low: float | None, high: float | None) -> None:
    seconds = retry_after({"retry-after": text})

    if low is None or high is None:
        assert seconds is None
    else:
        assert low <= (seconds or 0) <= high


def test_throttling__silences_the_whole_connection_and_is_no_failure(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Callable[[], Drained]
) -> None:
    upstream.answer = always(429, "Too many", Retry_After="120")
    customer = make_customer(seller)
    drain()
    asked = len(upstream.requests)
    other = make_customer(seller)

    drain()

    held = Connection.objects.get()
    assert (asked, len(upstream.requests)) == (1, 1)
    assert timedelta(seconds=110) < held.next_call_at - database_now() <= timedelta(seconds=120)
    assert entry_of(customer).failing_since is None
    assert entry_of(other).tries == 0
