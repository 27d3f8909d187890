"""Kinds of calls, and in words what becomes of the change that each sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from customers.delivery.draining import Drained
from customers.models import Connection, Seller
from tests.delivery.states import edit, entry_of, leave_unclear, linked
from tests.factory import make_customer

#: "unclear": an earlier call may have been applied although no answer came.
KINDS: Final = ("create", "create unclear", "update", "update unclear")
REJECTED: Final = "blocked rejected"
LATER: Final = "pending, retry"
UNCLEAR: Final = "pending, ambiguous"


def outcome(seller: Seller, kind: str, drain: Callable[[], Drained]) -> str:
    """Deliver one change of the kind and return in words what became of it."""
    create = kind.startswith("create")
    customer = make_customer(seller) if create else edit(linked(seller), company_name="New")
    if kind.endswith("unclear"):
        leave_unclear(customer)
    drain()
    entry, connection = entry_of(customer), Connection.objects.get()
    if connection.pause:
        assert (entry.state, entry.blocked_why, entry.tries) == ("pending", "", 0)
        return f"paused {connection.pause}"
    if connection.creates_paused_until:
        assert (entry.state, entry.waiting_for, entry.tries) == ("pending", "plan", 0)
        return "waits for room"
    return f"blocked {entry.blocked_why}" if entry.blocked_why else f"{entry.state}, {entry.waiting_for}"
