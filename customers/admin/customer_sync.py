"""The customer's standing with the upstreams: a column, a filter, actions on many, buttons for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from customers.admin.customer_actions import CustomerActions
from customers.admin.object_posts import ObjectPosts
from customers.admin.scoping import user_of
from customers.admin.sync import COLOURS
from customers.delivery import acting, drift
from customers.delivery.sync import SyncState, in_state, with_sync_state
from customers.exceptions import InvalidInput
from customers.models import Actor, Connection, Customer, OutboxEntry, Source, UpstreamLink
from customers.models.outbox import OPEN

Customers = models.QuerySet[Customer]


class SyncFilter(admin.SimpleListFilter):
    title = gettext_lazy("upstream")
    parameter_name = "sync"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(SyncState.choices)

    def queryset(self, request: HttpRequest, queryset: Customers) -> Customers:
        value = self.value()
        return in_state(queryset, SyncState(value)) if value and value in SyncState.values else queryset


class CustomerSync(CustomerActions, ObjectPosts):
    posts = ("retry", "link", "create_again", "push_ours", "take_theirs", "send")
    actions: ClassVar[Any] = (*CustomerActions.actions, "push_ours", "take_theirs")

    def get_queryset(self, request: HttpRequest) -> Customers:
        return with_sync_state(super().get_queryset(request))

    @display(description=gettext_lazy("upstream"), label=COLOURS)
    def sync(self, customer: Any) -> tuple[str, Any]:
        return customer.sync_state, SyncState(customer.sync_state).label

    # --- Many at once -----------------------------------------------------------------------------

    @action(description=gettext_lazy("Where the upstream differs: send our values"), permissions=["change"])
    def push_ours(self, request: HttpRequest, queryset: Customers) -> None:
        self.settle_drift(request, queryset, lambda link, connection: drift.push_ours(link, connection))

    @action(description=gettext_lazy("Where the upstream differs: take its values"), permissions=["change"])
    def take_theirs(self, request: HttpRequest, queryset: Customers) -> None:
        self.settle_drift(request, queryset, lambda link, _connection: drift.take_theirs(link, _taking(request, link)))

    def settle_drift(
        self, request: HttpRequest, queryset: Customers, settle: Callable[[UpstreamLink, Connection], None]
    ) -> None:
        def change(customer: Customer) -> bool:
            drifted = [link for link in customer.links.all() if link.has_drifted]
            for link in drifted:
                settle(link, _connection(customer, link.system))
            return bool(drifted)

        self.change_each(request, queryset, change)

    # --- One ----------------------------------------------------------------------------------------

    def do_retry(self, request: HttpRequest, customer: Customer) -> str:
        connection = _chosen(request, customer)
        entries = OutboxEntry.objects.filter(customer=customer, system=connection.system, state__in=OPEN)
        if not acting.retry(entries):
            raise InvalidInput(_("This customer is being sent right now. Try again in a minute."))
        return _("It will be tried again as soon as it is safe.")

    def do_link(self, request: HttpRequest, customer: Customer) -> str:
        acting.link(customer, _chosen(request, customer), request.POST.get("upstream_id", ""))
        return _("The customer is linked. What differs is sent now.")

    def do_create_again(self, request: HttpRequest, customer: Customer) -> str:
        acting.create_again(customer, _chosen(request, customer))
        return _("The customer is created there anew.")

    def do_send(self, request: HttpRequest, customer: Customer) -> str:
        acting.send(customer, _chosen(request, customer))
        return _("The customer is sent.")

    def do_push_ours(self, request: HttpRequest, customer: Customer) -> str:
        connection = _chosen(request, customer)
        drift.push_ours(_link(customer, connection), connection)
        return _("Our values are sent.")

    def do_take_theirs(self, request: HttpRequest, customer: Customer) -> str:
        link = _link(customer, _chosen(request, customer))
        drift.take_theirs(link, _taking(request, link))
        return _("The upstream's values were taken over.")


def _taking(request: HttpRequest, link: UpstreamLink) -> Actor:
    """Return who takes over the upstream's values: they are not sent back there."""
    return Actor(source=Source.ADMIN, user=user_of(request), system=link.system)


def _chosen(request: HttpRequest, customer: Customer) -> Connection:
    return _connection(customer, request.POST.get("system", "")[:40].replace("\0", ""))


def _connection(customer: Customer, system: str) -> Connection:
    found = Connection.objects.filter(seller=customer.seller_id, system=system, pushes=True).first()
    if found is None:
        raise InvalidInput(_("This seller is not connected to the upstream."))
    return found


def _link(customer: Customer, connection: Connection) -> UpstreamLink:
    found = UpstreamLink.objects.filter(customer=customer, system=connection.system).first()
    if found is None:
        raise InvalidInput(_("The upstream does not have this customer."))
    return found
