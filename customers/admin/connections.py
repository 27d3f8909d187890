"""Connections: whose changes go where, how that stands, and what to do about it."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from customers.admin.connection_form import ConnectionForm, NewKeyForm, option_fields
from customers.admin.history import moment
from customers.admin.object_posts import ObjectPosts
from customers.admin.scoping import EVERYBODY, OWNERS, SellerFilter
from customers.delivery import connections
from customers.exceptions import InvalidInput
from customers.models import Connection, EntryState, OutboxEntry, Pause, Pull
from customers.systems import system_name

#: More than this many at once would keep a browser waiting for minutes.
MOST_AT_ONCE: Final = 50_000
#: How many of the latest pulls stand on a page.
SHOWN_PULLS: Final = 5
COLOURS: Final[dict[str, str]] = {
    "": "success",
    Pause.BY_HAND: "warning",
    Pause.KEY_REFUSED: "danger",
    Pause.FORBIDDEN: "danger",
    Pause.MISCONFIGURED: "danger",
    Pause.UNAVAILABLE: "danger",
}


@admin.register(Connection)
class ConnectionAdmin(ObjectPosts):
    roles: ClassVar = {"view": EVERYBODY, "add": OWNERS, "change": OWNERS}
    posts = ("test", "pause", "resume", "send_everybody", "disconnect")
    form = ConnectionForm
    change_form_outer_after_template = "admin/customers/connection/panel.html"
    list_display = ("place", "state", "waiting", "blocked", "last_success", "last_failure")
    list_filter = (("seller", SellerFilter),)
    list_select_related = ("seller",)
    ordering = ("seller__name", "system")

    # --- The list -------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        found: QuerySet[Connection] = super().get_queryset(request)
        return found.annotate(blocked_count=_count(EntryState.BLOCKED), waiting_count=_count(EntryState.PENDING))

    @display(description=gettext_lazy("connection"), ordering="seller__name")
    def place(self, connection: Connection) -> str:
        return f"{connection.seller} · {system_name(connection.system)}"

    @display(description=gettext_lazy("state"), label=COLOURS)
    def state(self, connection: Connection) -> Any:
        return connection.pause, connection.get_pause_display() if connection.pause else _("active")

    @display(description=gettext_lazy("waiting"))
    def waiting(self, connection: Any) -> int:
        count: int = connection.waiting_count
        return count

    @display(description=gettext_lazy("blocked"))
    def blocked(self, connection: Any) -> int:
        count: int = connection.blocked_count
        return count

    @display(description=gettext_lazy("last success"), ordering="last_success_at")
    def last_success(self, connection: Connection) -> str:
        return moment(connection.last_success_at) if connection.last_success_at else "—"

    @display(description=gettext_lazy("last error"), ordering="last_error_at")
    def last_failure(self, connection: Connection) -> str:
        return moment(connection.last_error_at) if connection.last_error_at else "—"

    # --- One connection -------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": NewKeyForm if obj else ConnectionForm, **kwargs})

    def get_fields(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        if obj is None:
            return ("seller", "system", "credential", *option_fields())
        may_change = self.has_change_permission(request, obj)
        return ("place", "credential", *option_fields(obj.system)) if may_change else ("place",)

    def get_readonly_fields(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        return ("place",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Connection, form: Any, change: bool) -> None:
        credential = form.cleaned_data.get("credential")
        if credential:
            saved, _is_new = connections.connect(obj.seller, obj.system, credential, form.options())
            obj.__dict__.update(saved.__dict__)
        elif change:
            connections.set_options(obj, form.options())

    def response_add(self, request: HttpRequest, obj: Connection, post_url_continue: str | None = None) -> HttpResponse:
        """Go on to the connection's own page: the next step is to test it."""
        self.message_user(request, _("%(place)s is connected. Test the connection now.") % {"place": self.place(obj)})
        return HttpResponseRedirect(reverse("admin:customers_connection_change", args=(obj.pk,)))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        connection = context.get("original")
        if connection is not None:
            context["panel"] = self.panel(request, connection)
        return super().render_change_form(request, context, *args, **kwargs)

    def panel(self, request: HttpRequest, connection: Connection) -> dict[str, Any]:
        """Return what the connection's page shows below its form."""
        waiting = connections.count_waiting(connection)
        deliveries = reverse("admin:customers_outboxentry_changelist")
        return {
            "connection": connection,
            "state": self.state(connection)[1],
            "colour": COLOURS.get(connection.pause, "danger"),
            "may_act": self.may(request, "change", connection),
            "urls": self.post_urls(connection),
            "deliveries": f"{deliveries}?seller__id__exact={connection.seller_id}",
            "open": waiting,
            "not_sent": connections.count_not_sent(connection) if connection.pushes else 0,
            "pulls": [(pull, pull_state(pull)) for pull in latest_pulls(connection)],
            "command": f"manage.py pull_customers {connection.system} --seller {connection.seller.slug}",
        }

    # --- Buttons --------------------------------------------------------------------------------

    def do_test(self, request: HttpRequest, connection: Connection) -> str:
        connections.test_connection(connection)
        return _("The connection works.")

    def do_pause(self, request: HttpRequest, connection: Connection) -> str:
        connections.pause(connection)
        return _("The connection is paused. Changes are kept until you resume it.")

    def do_resume(self, request: HttpRequest, connection: Connection) -> str:
        connections.resume(connection)
        return _("The connection is active again.")

    def do_send_everybody(self, request: HttpRequest, connection: Connection) -> str:
        if connections.count_not_sent(connection) > MOST_AT_ONCE:
            command = f"manage.py connect {connection.seller.slug} {connection.system} --send-existing"
            raise InvalidInput(
                _("These are too many for the browser. Ask your operator to run: %(command)s") % {"command": command}
            )
        sent = connections.send_everybody(connection)
        return ngettext("%(count)d customer will be sent.", "%(count)d customers will be sent.", sent) % {"count": sent}

    def do_disconnect(self, request: HttpRequest, connection: Connection) -> str:
        if request.POST.get("sure") != "yes":
            raise InvalidInput(_("Tick the box to confirm that you want to disconnect."))
        lost = connections.disconnect(connection)
        return ngettext(
            "Disconnected. %(count)d change was not sent.", "Disconnected. %(count)d changes were not sent.", lost
        ) % {"count": lost}


def latest_pulls(connection: Connection) -> QuerySet[Pull]:
    return Pull.objects.filter(seller=connection.seller_id, system=connection.system).order_by("-pk")[:SHOWN_PULLS]


def pull_state(pull: Pull) -> str:
    """Return what came of a pull so far, in words."""
    counts = {name: pull.counts.get(name, 0) for name in ("created", "updated", "unchanged", "refused")}
    words = _("%(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(refused)s refused") % counts
    return words if pull.finished_at else _("not finished: %(counts)s") % {"counts": words}


def _count(state: EntryState) -> Coalesce:
    entries = OutboxEntry.objects.filter(connection=OuterRef("pk"), state=state).order_by()
    counted = entries.values("connection").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
