"""The first page of the admin: how many customers there are, and what changed last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from customers.admin.history import linked_table
from customers.admin.scoping import sellers_of
from customers.delivery.status import outbox_status
from customers.models import Connection, Customer, CustomerChange, EntryState, OutboxEntry, Seller, Status
from customers.models.outbox import OPEN


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add cards and the latest changes of the user's sellers to unfold's context."""
    sellers = list(sellers_of(request))
    present = Customer.objects.filter(seller__in=sellers, deleted_at=None)
    counts = dict(present.values_list("status").annotate(Count("pk")).order_by())
    customers = reverse("admin:customers_customer_changelist")
    cards = [{"title": _("Customers"), "value": sum(counts.values()), "link": customers}]
    for status in Status:
        link = f"{customers}?status__exact={status}"
        cards.append({"title": status.label, "value": counts.get(status, 0), "link": link})
    if Connection.objects.filter(seller__in=sellers, pushes=True).exists():
        cards += _delivery_cards(sellers)
    changes = CustomerChange.objects.filter(seller__in=sellers).select_related("customer", "user", "api_key")
    return {**context, "cards": cards, "latest": linked_table(list(changes[:10]))}


def _delivery_cards(sellers: Sequence[Seller]) -> list[dict[str, Any]]:
    """How the outbox stands: what waits, for how long, what needs a person, which connections rest."""
    status = outbox_status(OutboxEntry.objects.filter(seller__in=sellers, state__in=OPEN))
    deliveries = reverse("admin:customers_outboxentry_changelist")
    paused = Connection.objects.filter(seller__in=sellers).exclude(pause="").count()
    return [
        {"title": _("Not delivered"), "value": status.depth, "link": deliveries},
        {"title": _("Oldest waits"), "value": _length(status.oldest), "link": f"{deliveries}?o=5"},
        {
            "title": _("Blocked"),
            "value": status.counts[EntryState.BLOCKED],
            "link": f"{deliveries}?state={EntryState.BLOCKED.value}",
        },
        {"title": _("Paused connections"), "value": paused, "link": reverse("admin:customers_connection_changelist")},
    ]


def _length(waited: timedelta | None) -> str:
    if waited is None:
        return "—"
    now = timezone.now()
    return timesince(now - waited, now, depth=1)
