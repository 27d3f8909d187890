"""API keys: issued, listed, revoked. The plain key is on the page that answers, and nowhere else."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from customers import services
from customers.admin.refusals import RefusalForm
from customers.admin.scoping import OWNERS, SellerFilter, SellerScoped, sellers_of, user_of
from customers.exceptions import Refusal
from customers.models import ApiKey, Scope
from customers.models.api_key import all_scopes


class ApiKeyForm(RefusalForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=Scope.choices,
        initial=all_scopes,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = ApiKey
        fields = ("seller", "name", "scopes", "expires_at")

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if expires_at and expires_at <= timezone.now():
            raise forms.ValidationError(_("The expiry has already passed."))
        return expires_at


@admin.register(ApiKey)
class ApiKeyAdmin(SellerScoped):
    roles: ClassVar = {"view": OWNERS, "add": OWNERS, "change": OWNERS}
    list_display = (
        "name",
        "starts_with",
        "seller",
        "shown_scopes",
        "state",
        "last_used_at",
        "expires_at",
        "created_at",
    )
    list_filter = (("seller", SellerFilter),)
    list_select_related = ("seller",)
    search_fields = ("name", "prefix")
    actions = ("revoke",)
    add_form = ApiKeyForm
    fields = ("seller", "name", "scopes", "expires_at")

    @display(description=_("starts with"), ordering="prefix")
    def starts_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @display(description=_("scopes"))
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(str(Scope(scope).label) for scope in key.scopes)

    @display(
        description=_("state"),
        label={_("active"): "success", _("expired"): "warning", _("revoked"): "danger"},
    )
    def state(self, key: ApiKey) -> Any:
        if key.revoked_at:
            return _("revoked")
        return _("expired") if key.expires_at and key.expires_at <= timezone.now() else _("active")

    @display(description=_("created by"))
    def made_by(self, key: ApiKey) -> str:
        # As text: the pages of users are not for everybody who sees keys.
        return str(key.created_by or "—")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **({} if obj else {"form": self.add_form}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return self.fields
        dates = ("expires_at", "last_used_at", "created_at", "made_by", "revoked_at")
        return ("seller", "name", "starts_with", "shown_scopes", "state", *dates)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return tuple(name for name in self.get_fields(request, obj) if name != "name") if obj else ()

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
            return
        values = {name: form.cleaned_data[name] for name in ("name", "scopes", "expires_at")}
        key, plain = services.create_api_key(obj.seller, created_by=user_of(request), **values)
        obj.__dict__.update(key.__dict__)
        request.frontdesk_plain_key = plain  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Show the key on the answer itself: a message would be kept in a cookie, a session or both."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new API key"),
            "opts": self.opts,
            "key": obj,
            "plain": request.frontdesk_plain_key,  # type: ignore[attr-defined]
            "address": request.build_absolute_uri("/api/customers"),
        }
        return TemplateResponse(
            request, "admin/customers/apikey/issued.html", context, headers={"Cache-Control": "no-store"}
        )

    @action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: models.QuerySet[ApiKey]) -> TemplateResponse | None:
        """Ask first: a program that uses the key stops working at once."""
        keys = queryset.filter(seller__in=sellers_of(request, *OWNERS), revoked_at=None)
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Revoke API keys?"),
                "opts": self.opts,
                "keys": keys,
                "chosen": queryset,
            }
            return TemplateResponse(request, "admin/customers/apikey/revoke.html", context)
        for key in keys:
            try:
                services.revoke_api_key(key.prefix)
                self.message_user(request, _("%(key)s was revoked.") % {"key": key}, messages.SUCCESS)
            except Refusal as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        return None
