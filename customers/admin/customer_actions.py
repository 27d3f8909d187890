"""What can be done to many customers at once: each by the services, with an account of how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import actions as django_actions
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from customers import services
from customers.admin.scoping import WRITERS, SellerScoped, actor_of, seller_ids_of
from customers.exceptions import Refusal
from customers.models import Customer, Status

Change = Callable[[Customer], bool]
Customers = models.QuerySet[Customer]


class CustomerActions(SellerScoped):
    actions: ClassVar[Any] = ("activate", "deactivate", "suspend", "restore", "delete_selected")
    delete_selected_confirmation_template = "admin/customers/customer/delete.html"

    @action(description=gettext_lazy("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: Customers) -> None:
        self.set_status(request, queryset, Status.ACTIVE)

    @action(description=gettext_lazy("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: Customers) -> None:
        self.set_status(request, queryset, Status.INACTIVE)

    @action(description=gettext_lazy("Suspend"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: Customers) -> None:
        self.set_status(request, queryset, Status.SUSPENDED)

    @action(description=gettext_lazy("Restore deleted customers"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: Customers) -> None:
        self.change_each(request, queryset, _changing(services.restore_customer, actor=actor_of(request)))

    @action(description=django_actions.delete_selected.short_description, permissions=["delete"])  # type: ignore[attr-defined]
    def delete_selected(self, request: HttpRequest, queryset: Customers) -> TemplateResponse | None:
        """Ask first, as Django does; but say what was deleted, where Django says what was chosen."""
        if "post" not in request.POST:
            return django_actions.delete_selected(self, request, queryset)
        self.change_each(request, queryset, _changing(services.delete_customer, actor=actor_of(request)))
        return None

    def set_status(self, request: HttpRequest, queryset: Customers, status: Status) -> None:
        change = _changing(services.update_customer, actor=actor_of(request), status=status.value)
        self.change_each(request, queryset, change)

    def change_each(self, request: HttpRequest, queryset: Customers, change: Change) -> None:
        """Make `change`, which says whether it changed anything, to each customer of sellers where the user
        may, and say how it went.
        """
        allowed = seller_ids_of(request, *WRITERS)
        changed, unchanged, refused = 0, 0, Counter[str]()
        for customer in queryset:
            if allowed is not None and customer.seller_id not in allowed:
                refused[_("You may only look at this seller's customers.")] += 1
                continue
            try:
                if change(customer):
                    changed += 1
                else:
                    unchanged += 1
            except Refusal as refusal:
                refused[str(refusal)] += 1
        self.report(request, changed, unchanged, refused)

    def report(self, request: HttpRequest, changed: int, unchanged: int, refused: Counter[str]) -> None:
        if changed:
            text = ngettext("%(count)d customer was changed.", "%(count)d customers were changed.", changed)
            self.message_user(request, text % {"count": changed}, messages.SUCCESS)
        if unchanged:
            text = ngettext("%(count)d customer was so already.", "%(count)d customers were so already.", unchanged)
            self.message_user(request, text % {"count": unchanged}, messages.INFO)
        for reason, count in refused.items():
            text = ngettext(
                "%(count)d customer was not changed: %(reason)s",
                "%(count)d customers were not changed: %(reason)s",
                count,
            )
            self.message_user(request, text % {"count": count, "reason": reason}, messages.WARNING)


def _changing(service: Callable[..., Customer], **arguments: Any) -> Change:
    def change(customer: Customer) -> bool:
        return service(customer, **arguments).version != customer.version

    return change
