"""Deliveries: what waits for the upstreams, what they refused and why, and every try."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from customers.admin import retrying
from customers.admin.history import customer_link, moment
from customers.admin.lists import CustomerSearch
from customers.admin.scoping import EVERYBODY, WRITERS, SellerFilter, SellerScoped, sellers_of
from customers.admin.sync import attempts_table, why
from customers.delivery import acting
from customers.models import EntryState, OutboxEntry
from customers.models.outbox import OPEN
from customers.systems import system_name

STATE_COLOURS = {
    EntryState.PENDING: "info",
    EntryState.SENDING: "info",
    EntryState.DELIVERED: "success",
    EntryState.BLOCKED: "danger",
}


class StateFilter(admin.SimpleListFilter):
    """What is done is out of the way until it is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*EntryState.choices, ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        nothing, *others = super().choices(changelist)
        return iter([{**nothing, "display": _("Not delivered")}, *others])

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> QuerySet[OutboxEntry]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state__in=[self.value()] if self.value() in EntryState.values else OPEN)


@admin.register(OutboxEntry)
class DeliveryAdmin(CustomerSearch, SellerScoped):
    roles: ClassVar = {"view": EVERYBODY, "act": WRITERS}
    list_display = ("customer_link", "shown_state", "reason", "since", "next_try", "tries", "words", "seller")
    list_display_links = None
    list_filter = (StateFilter, "blocked_why", ("seller", SellerFilter))
    list_select_related = ("customer", "seller", "connection")
    list_per_page = 50
    show_full_result_count = False
    list_before_template = "admin/customers/outboxentry/before.html"
    change_form_outer_after_template = "admin/customers/outboxentry/attempts.html"
    # The customer's page links to its own deliveries.
    linked_lookups = ("customer__id__exact",)
    actions = ("retry",)
    ordering = ("-id",)
    fields = ("customer_link", "upstream", "state_name", "reason", "since", "next_try", "tries", "words", "failed_at")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.retry_view)
        return [path("retry/", view, name="customers_outboxentry_retry"), *super().get_urls()]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the seller where there is only one."""
        columns = super().get_list_display(request)
        return columns if sellers_of(request).count() > 1 else [name for name in columns if name != "seller"]

    def has_act_permission(self, request: HttpRequest, obj: OutboxEntry | None = None) -> bool:
        return self.may(request, "act", obj)

    @display(description=gettext_lazy("customer"))
    def customer_link(self, entry: OutboxEntry) -> SafeString:
        return customer_link(entry)

    @display(description=gettext_lazy("system"))
    def upstream(self, entry: OutboxEntry) -> str:
        return system_name(entry.system)

    @display(description=gettext_lazy("state"), ordering="state", label=STATE_COLOURS)
    def shown_state(self, entry: OutboxEntry) -> tuple[str, str]:
        return entry.state, entry.get_state_display()

    @display(description=gettext_lazy("state"))
    def state_name(self, entry: OutboxEntry) -> str:
        return entry.get_state_display()

    @display(description=gettext_lazy("reason"), empty_value="—")
    def reason(self, entry: OutboxEntry) -> str:
        return why(entry)

    @display(description=gettext_lazy("waiting since"), ordering="waiting_since")
    def since(self, entry: OutboxEntry) -> SafeString:
        url = reverse("admin:customers_outboxentry_change", args=(entry.pk,))
        return format_html('<a href="{}">{}</a>', url, moment(entry.waiting_since))

    @display(description=gettext_lazy("next try"), ordering="not_before")
    def next_try(self, entry: OutboxEntry) -> str:
        return moment(entry.not_before) if entry.state == EntryState.PENDING else "—"

    @display(description=gettext_lazy("the upstream's words"))
    def words(self, entry: OutboxEntry) -> str:
        return Truncator(entry.last_error).chars(120) or "—"

    @display(description=gettext_lazy("last error"))
    def failed_at(self, entry: OutboxEntry) -> str:
        return moment(entry.last_error_at) if entry.last_error_at else "—"

    @action(description=gettext_lazy("Try again"), permissions=["act"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> None:
        self.report(request, acting.retry(queryset.filter(seller__in=sellers_of(request, *WRITERS))))

    def report(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d change will be tried again.", "%(count)d changes will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def retry_view(self, request: HttpRequest) -> HttpResponse:
        """Everything that failed since a moment: first what that is, then once more."""
        return retrying.page(self, request)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = context["original"]
        context["attempts"] = attempts_table(entry.attempts.order_by("-id")[:100])
        context["customer_url"] = reverse("admin:customers_customer_change", args=(entry.customer_id,))
        return super().render_change_form(request, context, *args, **kwargs)
