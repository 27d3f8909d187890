"""The people who sign in. For operators alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from customers.admin.scoping import CarefulAdmin, user_of
from customers.models import User

# Roles say who may do what; groups would be a second way to say it.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(CarefulAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "first_name", "last_name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Name"), {"fields": (("first_name", "last_name"),)}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("email", "password1", "password2", "is_staff")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        # To anybody else there are no users, not even forbidden ones.
        users: QuerySet[User] = super().get_queryset(request)
        return users if self.has_module_permission(request) else users.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return user_of(request).is_superuser and user_of(request).is_active

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Nobody locks themselves out.
        return self.has_module_permission(request) and obj != request.user
