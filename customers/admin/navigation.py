"""The sidebar: what the user may open, nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PAGES = (
    (_("Customers"), "group", "customer"),
    (pgettext_lazy("customers", "History"), "history", "customerchange"),
    (_("Deliveries"), "outbox", "outboxentry"),
    (_("Connections"), "cable", "connection"),
    (_("API keys"), "key", "apikey"),
    (_("Sellers"), "domain", "seller"),
    (_("Memberships"), "badge", "membership"),
    (_("Users"), "person", "user"),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of links that unfold shows."""
    admins = {model._meta.model_name: site_admin for model, site_admin in admin.site._registry.items()}
    pages = [
        {"title": title, "icon": icon, "link": reverse(f"admin:customers_{model}_changelist")}
        for title, icon, model in PAGES
        if admins[model].has_module_permission(request)
    ]
    help_pages = [{"title": _("API documentation"), "icon": "api", "link": reverse("docs")}]
    return [{"items": pages}, {"items": help_pages, "separator": True}]
