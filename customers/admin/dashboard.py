"""The first page of the admin: how many customers there are, and what changed last."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.admin.history import linked_table
from customers.admin.scoping import sellers_of
from customers.models import Customer, CustomerChange, Status


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
    changes = CustomerChange.objects.filter(seller__in=sellers).select_related("customer", "user", "api_key")
    return {**context, "cards": cards, "latest": linked_table(list(changes[:10]))}
