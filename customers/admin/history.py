"""What changed when, by whom, through which door: in words, and never to be edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from customers.admin import addresses
from customers.admin.lists import CustomerSearch
from customers.admin.scoping import EVERYBODY, SellerFilter, SellerScoped
from customers.models import Customer, CustomerChange, OutboxEntry
from customers.systems import system_name

#: How much of the history stands on the customer's own page.
SHOWN: Final = 20
_ACTION_COLOURS: Final = {
    CustomerChange.Action.CREATED: "success",
    CustomerChange.Action.UPDATED: "info",
    CustomerChange.Action.DELETED: "danger",
    CustomerChange.Action.RESTORED: "warning",
}


def moment(at: datetime) -> SafeString:
    """Return a time as the tables show it: short, and on one line."""
    text = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def who(change: CustomerChange) -> str:
    """Return who made the change; a system by the name that people know."""
    by = change.who()
    return system_name(by) if by == change.system else by


def changes_in_words(change: CustomerChange) -> SafeString:
    """Return a line for each changed field: its name, what stood there before, what stands there now."""
    return format_html_join("", "<div>{}: {}</div>", _lines(change)) or SafeString("—")


def _lines(change: CustomerChange) -> Iterator[tuple[str, str]]:
    for name, (before, after) in change.changes.items():
        now = readable(name, after)
        created = change.action == CustomerChange.Action.CREATED
        yield field_label(name), now if created else f"{readable(name, before)} → {now}"


_FIELDS: Final = {field.name: field for field in Customer._meta.concrete_fields}


def field_label(name: str) -> str:
    """Return what the field is called; a field that the record no longer has keeps its own name."""
    return str(getattr(_FIELDS.get(name), "verbose_name", name))


def readable(name: str, value: Any) -> str:
    """Return a stored value as people read it."""
    if value in (None, "", {}):
        return "—"
    if isinstance(value, dict):
        return ", ".join(addresses.lines(value)) or "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices: dict[Any, Any] = dict(getattr(_FIELDS.get(name), "flatchoices", ()))
    return str(choices.get(value, value))


def history_table(customer: Customer) -> dict[str, Any]:
    """Return the latest changes of a customer as the rows of a table, with a link to all of them."""
    changes = CustomerChange.objects.filter(customer=customer).select_related("user", "api_key")[: SHOWN + 1]
    url = reverse("admin:customers_customerchange_changelist")
    return {
        "table": {"headers": _headers(), "rows": [_cells(change) for change in changes[:SHOWN]]},
        "all": f"{url}?customer__id__exact={customer.pk}" if len(changes) > SHOWN else None,
    }


def linked_table(changes: Sequence[CustomerChange]) -> dict[str, Any]:
    """Return changes of several customers as a table that leads to each of them."""
    rows = [[customer_link(change), *_cells(change)] for change in changes]
    # What a new customer looks like stands on its own page.
    for row, change in zip(rows, changes, strict=True):
        if change.action == CustomerChange.Action.CREATED:
            row[3] = "—"
    return {"headers": [_("customer"), *_headers()], "rows": rows}


def customer_link(change: CustomerChange | OutboxEntry) -> SafeString:
    url = reverse("admin:customers_customer_change", args=(change.customer_id,))
    return format_html('<a href="{}">{}</a>', url, change.customer)


def _headers() -> list[str]:
    return [_("at"), _("action"), _("changes"), _("by"), _("through"), _("request")]


def _cells(change: CustomerChange) -> list[Any]:
    return [
        moment(change.at),
        change.get_action_display(),
        changes_in_words(change),
        who(change),
        change.get_source_display(),
        change.request_id or "—",
    ]


@admin.register(CustomerChange)
class CustomerChangeAdmin(CustomerSearch, SellerScoped):
    roles: ClassVar = {"view": EVERYBODY}
    list_display = ("shown_at", "customer_link", "shown_action", "words", "by", "source", "request_id")
    list_display_links = None
    list_filter = ("action", "source", ("seller", SellerFilter))
    list_select_related = ("customer", "user", "api_key", "seller")
    list_per_page = 50
    show_full_result_count = False
    # The customer's page links to its own changes.
    linked_lookups = ("customer__id__exact",)
    ordering = ("-id",)

    @display(description=gettext_lazy("at"), ordering="id")
    def shown_at(self, change: CustomerChange) -> SafeString:
        return moment(change.at)

    @display(description=gettext_lazy("changes"))
    def words(self, change: CustomerChange) -> SafeString:
        return changes_in_words(change)

    @display(description=gettext_lazy("action"), label=_ACTION_COLOURS)
    def shown_action(self, change: CustomerChange) -> tuple[str, str]:
        return change.action, change.get_action_display()

    @display(description=gettext_lazy("by"))
    def by(self, change: CustomerChange) -> str:
        return who(change)

    @display(description=gettext_lazy("customer"))
    def customer_link(self, change: CustomerChange) -> SafeString:
        return customer_link(change)
