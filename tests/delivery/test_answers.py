"""Every answer of the upstream, to every kind of call: what becomes of the entry and of the connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from customers.delivery.answers import retry_after
from customers.delivery.draining import Drained
from customers.models import Connection, Seller
from tests.delivery.outcomes import KINDS, LATER, REJECTED, UNCLEAR, outcome
from tests.delivery.upstream import ScriptedUpstream, always

Drain = Callable[[], Drained]
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
#: status of the GET that asks after an update's 404 -> what becomes of the update.
CONFIRMED: dict[int, str] = {
    **dict.fromkeys((200, 204), LATER),
    **dict.fromkeys((301, 307), "paused misconfigured"),
    401: "paused key_refused",
    403: "paused forbidden",
    404: "blocked gone",
    # They say nothing about the update.
    **dict.fromkeys((400, 405, 409, 410, 418, 422), LATER),
    **dict.fromkeys((408, 425, 429, 503), LATER),
    **dict.fromkeys((500, 502, 504), UNCLEAR),
}


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("kind", KINDS)
def test_status(
    status: int, kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(status, "some words")
    create, unclear, update = TABLE[status]
    expected = {"create": create, "create unclear": unclear}.get(kind, update)

    assert outcome(seller, kind, drain) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_yes_with_the_customer(
    kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    assert outcome(seller, kind, drain) == "delivered, "


@pytest.mark.parametrize(
    "data", [b"", b"<html>OK</html>", b"[]", b"null", b'{"id": 5}', b'{"id": ""}', b'{"id": "../x"}', b"[" * 100_000]
)
@pytest.mark.parametrize("kind", ["create", "update"])
def test_yes_with_nonsense(
    data: bytes, kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: (200, data, {})

    assert outcome(seller, kind, drain) == UNCLEAR


def test_yes_with_somebody_else(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: (200, {"id": "up-somebody-else"}, {})

    assert outcome(seller, "update", drain) == UNCLEAR


@pytest.mark.parametrize("kind", KINDS)
def test_conflict__that_says_when_to_come_again_is_tried_again(
    kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = always(409, "still working", Retry_After="7")

    assert outcome(seller, kind, drain) == LATER


@pytest.mark.parametrize("status", CONFIRMED)
@pytest.mark.parametrize("kind", ["update", "update unclear"])
def test_update__that_is_not_found_is_confirmed_and_never_made_anew(
    status: int, kind: str, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    there = always(status, "some words")
    upstream.answer = lambda request: (404, {}, {}) if request.method == "PATCH" else there(request)

    became = outcome(seller, kind, drain)

    assert became == CONFIRMED[status]
    assert upstream.methods == ["PATCH", "GET"]


def test_update__that_is_not_found_and_then_silence_is_unclear(
    seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda request: (404, {}, {}) if request.method == "PATCH" else None

    assert outcome(seller, "update", drain) == UNCLEAR


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
        ("-inf", 1, 1),
        ("nan", 60, 60),
        ("junk", 60, 60),
        ("Wed, 99 Oct 2015 07:28:00 GMT", 60, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 900, 900),
    ],
)
def test_retry_after__within_limits(text: str, low: float | None, high: float | None) -> None:
    seconds = retry_after({"retry-after": text})

    if low is None or high is None:
        assert seconds is None
    else:
        assert low <= (seconds or 0) <= high


def test_retry_after__date() -> None:
    # RFC 9110: a date without a zone is in UTC.
    then = datetime.now(UTC) + timedelta(seconds=700)

    with_zone = retry_after({"retry-after": format_datetime(then, usegmt=True)})
    without = retry_after({"retry-after": f"{then:%a, %d %b %Y %H:%M:%S}"})

    # A machine that is slow for a minute still passes.
    assert 60.1 <= (with_zone or 0) <= 700
    assert 60.1 <= (without or 0) <= 700
