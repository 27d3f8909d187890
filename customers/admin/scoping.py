"""Who sees and touches what: the sellers of one's memberships, by role.

Django's own permissions by model are not used; a role says it all. Operators (superusers) see every
seller. What is not visible is not there: the same answer as for something that never existed.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from customers.admin.lists import OwnFilters
from customers.admin.refusals import RefusalAdmin
from customers.models import Actor, Membership, Role, Seller, Source, User
from customers.models.text import SEARCHED_WORDS

EVERYBODY: Final = (Role.OWNER, Role.MANAGER, Role.VIEWER)
WRITERS: Final = (Role.OWNER, Role.MANAGER)
OWNERS: Final = (Role.OWNER,)
#: For operators alone.
NOBODY: Final = ()


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user; admin views have one."""
    return cast(User, request.user)


def actor_of(request: HttpRequest) -> Actor:
    """Return who changes a customer through the admin."""
    return Actor(source=Source.ADMIN, user=user_of(request))


def roles_of(request: HttpRequest) -> dict[UUID, str]:
    """Return the user's role for each seller, read once in a request."""
    known: dict[UUID, str] | None = getattr(request, "frontdesk_roles", None)
    if known is None:
        known = dict(Membership.objects.filter(user=user_of(request)).values_list("seller_id", "role"))
        request.frontdesk_roles = known  # type: ignore[attr-defined]
    return known


def sellers_of(request: HttpRequest, *roles: str) -> models.QuerySet[Seller]:
    """Return the sellers for which the user has one of `roles` (any role where none is named)."""
    ids = seller_ids_of(request, *roles)
    return Seller.objects.all() if ids is None else Seller.objects.filter(pk__in=ids)


def seller_ids_of(request: HttpRequest, *roles: str) -> list[UUID] | None:
    """Return the ids of `sellers_of`, which the database need not look up; None for all of them."""
    if user_of(request).is_superuser:
        return None
    return [pk for pk, role in roles_of(request).items() if not roles or role in roles]


class SellerFilter(RelatedFieldListFilter):
    """A filter on the seller, of the user's own sellers; with one of them there is nothing to choose."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(seller.pk), seller.name) for seller in sellers_of(request).order_by("name")]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1


class CarefulAdmin(ModelAdmin):  # type: ignore[misc]
    """A ModelAdmin that takes nothing in a request for granted."""

    #: Filters that links of other pages use.
    linked_lookups: ClassVar[tuple[str, ...]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OwnFilters]:
        return OwnFilters

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in self.linked_lookups or super().lookup_allowed(lookup, value, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # Nothing links to a form with values; those of an address would be shown unchecked.
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Refuse actions on ids that cannot be one."""
        key = self.opts.pk
        try:
            for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
                key.clean(chosen, None)
        except ValidationError as error:
            raise BadRequest("An id that is none was chosen.") from error
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Look at the first words alone; databases limit how deep a condition may be."""
        return super().get_search_results(request, queryset, " ".join(search_term.split()[:SEARCHED_WORDS]))


class SellerScoped(CarefulAdmin, RefusalAdmin):
    """A ModelAdmin whose objects belong to a seller, by the lookup `seller_path`.

    `roles` says which roles may view, add, change and delete. An operator may do what at least one
    role may, and what `operators_may` names.
    """

    seller_path: ClassVar[str] = "seller"
    roles: ClassVar[dict[str, tuple[str, ...]]] = {}
    operators_may: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        objects: models.QuerySet[Any] = super().get_queryset(request)
        ids = seller_ids_of(request, *self.roles["view"])
        # Ids, not a subquery: with them the database reads the newest of a seller in the index's order.
        return objects if ids is None else objects.filter(**{f"{self.seller_path}__in": ids})

    def may(self, request: HttpRequest, action: str, obj: Any = None) -> bool:
        """Return whether the user may do `action`, to `obj` or to anything at all."""
        user = user_of(request)
        if not (user.is_active and user.is_staff):
            return False
        roles = self.roles.get(action, NOBODY)
        if user.is_superuser:
            return bool(roles) or action in self.operators_may
        held = roles_of(request)
        if obj is None:
            return any(role in roles for role in held.values())
        return held.get(self.seller_id(obj)) in roles

    def seller_id(self, obj: Any) -> Any:
        return obj.pk if self.seller_path == "pk" else obj.seller_id

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "seller":
            sellers = sellers_of(request, *self.roles.get("add", NOBODY))
            kwargs["queryset"] = sellers
            kwargs["initial"] = sellers.first() if sellers.count() == 1 else None
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
