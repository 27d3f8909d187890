"""What the upstream says is kept, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from customers.delivery.draining import Drained
from customers.models import Connection, Seller
from tests.delivery.states import entry_of
from tests.delivery.upstream import ScriptedUpstream
from tests.factory import make_customer

Drain = Callable[[], Drained]


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "a\\u0000b"}',
        b'{"message": "a\\ud800b"}',
        b'{"message": "a\\udfffb"}',
        b"a\0b \xff\xfe",
        b'"a\\ud800b"',
    ],
)
def test_words__that_no_database_keeps_are_kept_as_far_as_they_can_be(
    body: bytes, seller: Seller, connection: Connection, upstream: ScriptedUpstream, drain: Drain
) -> None:
    upstream.answer = lambda _request: (400, body, {})
    customer = make_customer(seller)

    drain()

    entry = entry_of(customer)
    assert (entry.state, entry.blocked_why) == ("blocked", "rejected")
    assert entry.last_error.startswith("400 ")
    assert "\0" not in entry.last_error
