"""Customers: the list and the page of one. All writing is the services'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from customers import services
from customers.admin import addresses
from customers.admin.customer_form import FIELDSETS, CustomerForm, read_fieldsets
from customers.admin.customer_sync import CustomerSync, SyncFilter
from customers.admin.history import history_table, moment
from customers.admin.scoping import EVERYBODY, WRITERS, SellerFilter, actor_of, sellers_of
from customers.admin.sync import origins, panels
from customers.exceptions import CustomerNotFound
from customers.models import Connection, Customer, Status

STATUS_COLOURS = {Status.ACTIVE: "success", Status.INACTIVE: "info", Status.SUSPENDED: "danger"}


class DeletedFilter(admin.SimpleListFilter):
    """Deleted customers are out of the way until they are asked for."""

    title = _("deleted")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        # Django calls the choice of nothing "All", but it leaves the deleted out.
        nothing, *others = super().choices(changelist)
        return iter([{**nothing, "display": _("No")}, *others])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Customer]) -> models.QuerySet[Customer]:
        return queryset.filter(deleted_at__isnull=self.value() != "yes")


@admin.register(Customer)
class CustomerAdmin(CustomerSync):
    roles: ClassVar = {"view": EVERYBODY, "add": WRITERS, "change": WRITERS, "delete": WRITERS}
    form = CustomerForm
    delete_confirmation_template = "admin/customers/customer/delete.html"
    change_form_outer_after_template = "admin/customers/customer/after.html"
    list_display = ("name", "email", "company_name", "shown_status", "sync", "language", "seller", "changed_at")
    list_display_links = ("name",)
    list_filter = ("status", "language", "source", SyncFilter, ("seller", SellerFilter), DeletedFilter)
    list_filter_submit = False
    list_select_related = ("seller",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("search_text",)
    search_help_text = _("Names, e-mail address, company, customer number")
    warn_unsaved_form = True

    # --- The list -------------------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the seller where there is only one, and the upstream where nobody is connected."""
        columns = super().get_list_display(request)
        sellers = sellers_of(request)
        hidden = set() if sellers.count() > 1 else {"seller"}
        if not Connection.objects.filter(seller__in=sellers, pushes=True).exists():
            hidden.add("sync")
        return [name for name in columns if name not in hidden]

    @display(description=_("name"), ordering="last_name")
    def name(self, customer: Customer) -> str:
        return str(customer)

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def shown_status(self, customer: Customer) -> tuple[str, str]:
        return customer.status, customer.get_status_display()

    @display(description=_("last changed"), ordering="updated_at")
    def changed_at(self, customer: Customer) -> SafeString:
        return moment(customer.updated_at)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Customer], search_term: str
    ) -> tuple[models.QuerySet[Customer], bool]:
        found: models.QuerySet[Customer] = queryset.search(search_term)  # type: ignore[attr-defined]
        return found, False

    # --- One customer ---------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        # A deleted customer is restored first.
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def get_fieldsets(self, request: HttpRequest, obj: Customer | None = None) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            return FIELDSETS
        return read_fieldsets(*(["deleted_at"] if obj.deleted_at else []))

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> tuple[str, ...]:
        if obj is None or self.has_change_permission(request, obj):
            return ("seller",) if obj else ()
        return ("seller", "shown_address", "shown_redirect", "deleted_at")

    @display(description=_("address"))
    def shown_address(self, customer: Customer) -> SafeString:
        return addresses.shown(customer.address_data)

    @display(description=_("postal redirect address"))
    def shown_redirect(self, customer: Customer) -> SafeString:
        return addresses.shown(customer.postal_redirect_address)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Tell those who save a customer that was deleted since they opened the page."""
        customer = self.get_object(request, unquote(object_id)) if request.method == "POST" and object_id else None
        if customer and customer.deleted_at and self.may(request, "change", customer):
            self.message_user(request, str(CustomerNotFound()), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = context.get("original")
        if customer:
            context["history"] = history_table(customer)
            may_act = self.may(request, "change", customer)
            context["origins"] = origins(customer)
            context["sync"] = panels(request, customer, self.post_urls(customer), may_act=may_act)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        if not change:
            services.create_customer(obj, actor=actor_of(request))
            return
        version = form.cleaned_data["read_version"]
        services.update_customer(obj, actor=actor_of(request), expected_version=version, **form.changes())

    def delete_model(self, request: HttpRequest, obj: Customer) -> None:
        services.delete_customer(obj, actor=actor_of(request))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[str], Any, set[str], list[str]]:
        """Deleting keeps the customer and the history aside, so there is nothing else to list."""
        listed = [str(customer) for customer in objs]
        return listed, {Customer._meta.verbose_name_plural: len(listed)}, set(), []
