"""Sellers and who works for them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from customers.admin.scoping import EVERYBODY, OWNERS, SellerFilter, SellerScoped, user_of
from customers.models import Membership, Seller


@admin.register(Seller)
class SellerAdmin(SellerScoped):
    """The plan is the operator's; owners change how their company appears."""

    seller_path = "pk"
    roles: ClassVar = {"view": EVERYBODY, "change": OWNERS}
    operators_may = ("add",)
    list_display = ("name", "slug", "plan", "default_language", "time_zone", "created_at")
    list_display_links = ("name",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "customer_limit", "plan", "default_language", "time_zone")

    @display(description=gettext_lazy("customers"))
    def plan(self, seller: Seller) -> str:
        if seller.customer_limit is None:
            return str(seller.customer_count)
        return _("%(count)d of %(limit)d") % {"count": seller.customer_count, "limit": seller.customer_limit}

    def get_readonly_fields(self, request: HttpRequest, obj: Seller | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("plan",)
        return ("plan", "slug") if user_of(request).is_superuser else ("plan", "slug", "customer_limit")


@admin.register(Membership)
class MembershipAdmin(SellerScoped):
    """Operators hand out access; owners change the roles of their own people, or end them."""

    roles: ClassVar = {"view": OWNERS, "change": OWNERS, "delete": OWNERS}
    operators_may = ("add",)
    list_display = ("user", "seller", "role")
    list_filter = ("role", ("seller", SellerFilter))
    list_select_related = ("user", "seller")
    search_fields = ("user__email",)

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("seller", "person") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("seller", "person" if obj else "user", "role")

    @display(description=gettext_lazy("user"))
    def person(self, membership: Membership) -> str:
        # As text: the pages of users are for operators alone.
        return str(membership.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Adding is for operators, who may choose any seller.
        return super(SellerScoped, self).formfield_for_foreignkey(db_field, request, **kwargs)
