"""How one customer stands with the upstreams, on the customer's page and on that of a delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from customers.admin.history import field_label, moment, readable
from customers.delivery.connections import pushed_systems
from customers.delivery.sync import SyncState
from customers.models import Attempt, Blocked, Connection, Customer, EntryState, OutboxEntry, Outcome, UpstreamLink
from customers.models.outbox import OPEN
from customers.systems import SYSTEMS, system_name

#: How many of the latest tries stand on a page.
SHOWN: Final = 10
COLOURS: Final = {
    SyncState.IN_SYNC: "success",
    SyncState.WAITING: "info",
    SyncState.SENDING: "info",
    SyncState.BLOCKED: "danger",
    SyncState.DRIFTED: "warning",
    SyncState.NOT_SENT: "",
    SyncState.NOT_CONNECTED: "",
}
OUTCOME_COLOURS: Final = {
    Outcome.DELIVERED: "success",
    Outcome.REFUSED: "danger",
    Outcome.NOT_TAKEN: "warning",
    Outcome.AMBIGUOUS: "warning",
}


def panels(request: HttpRequest, customer: Customer, urls: dict[str, str], *, may_act: bool) -> list[dict[str, Any]]:
    """Return one panel for each system that the customer's seller is connected to."""
    connections = Connection.objects.filter(seller=customer.seller_id, pushes=True)
    back = request.get_full_path()
    return [{**_panel(customer, one), "urls": urls, "may_act": may_act, "back": back} for one in connections]


def origins(customer: Customer) -> list[tuple[str, UpstreamLink]]:
    """Return the systems that the customer was fetched from, with what is known of it there."""
    links = UpstreamLink.objects.filter(customer=customer).order_by("system")
    return [(system_name(link.system), link) for link in links if link.system not in pushed_systems()]


def _panel(customer: Customer, connection: Connection) -> dict[str, Any]:
    entries = OutboxEntry.objects.filter(customer=customer, system=connection.system)
    entry = entries.filter(state__in=OPEN).select_related("connection").first()
    link = UpstreamLink.objects.filter(customer=customer, system=connection.system).first()
    failed = entries.exclude(last_error_at=None).order_by("-last_error_at").first()
    state = _state(entry, link)
    attempts = Attempt.objects.filter(entry__in=entries.values("pk")).order_by("-id")[:SHOWN]
    return {
        "system": connection.system,
        "title": system_name(connection.system),
        "state": state.label,
        "colour": COLOURS[state],
        "entry": entry,
        "why": why(entry) if entry else "",
        "link": link,
        "failed": failed,
        "drift": drift_table(link) if link else None,
        "attempts": attempts_table(attempts),
        "can": _possible(customer, entry, link),
    }


def _state(entry: OutboxEntry | None, link: UpstreamLink | None) -> SyncState:
    if entry is not None:
        return SyncState.WAITING if entry.state == EntryState.PENDING else SyncState(entry.state)
    if link is None:
        return SyncState.NOT_SENT
    return SyncState.DRIFTED if link.has_drifted else SyncState.IN_SYNC


def _possible(customer: Customer, entry: OutboxEntry | None, link: UpstreamLink | None) -> dict[str, bool]:
    """Return which buttons make sense now."""
    blocked = entry.blocked_why if entry else ""
    gone = blocked == Blocked.GONE or (link is not None and link.is_gone)
    calm = entry is None or entry.state != EntryState.SENDING
    return {
        "retry": entry is not None and calm,
        "link": calm and (link is None or gone) and blocked in ("", *_LINKABLE) and entry is not None,
        "create_again": calm and gone,
        "create_ours": calm and blocked == Blocked.LINK_NEEDED,
        "push_ours": entry is None and link is not None and bool(link.drift),
        "take_theirs": entry is None and link is not None and bool(link.drift),
        "send": entry is None and link is None and customer.deleted_at is None,
    }


_LINKABLE: Final = (Blocked.LINK_NEEDED, Blocked.EMAIL_TAKEN, Blocked.GONE)


def why(entry: OutboxEntry) -> str:
    """Return in plain words what an entry waits for."""
    if entry.state == EntryState.BLOCKED:
        return str(entry.get_blocked_why_display())
    if entry.state != EntryState.PENDING:
        return ""
    if entry.connection.pause:
        return _("the connection is paused: %(why)s") % {"why": entry.connection.get_pause_display()}
    return str(entry.get_waiting_for_display())


def drift_table(link: UpstreamLink) -> dict[str, Any] | None:
    """Return what differs, side by side: here, and at the upstream."""
    if not link.drift:
        return None
    here = SYSTEMS[link.system].client.render(link.customer)
    rows = [
        [field_label(name), readable(name, here.get(name)), readable(name, theirs)]
        for name, (_acknowledged, theirs) in link.drift.items()
    ]
    return {"headers": [_("field"), _("here"), system_name(link.system)], "rows": rows}


def attempts_table(attempts: Iterable[Attempt]) -> dict[str, Any]:
    headers = [_("at"), _("call"), _("answer"), _("outcome"), _("duration"), _("the upstream's words")]
    return {"headers": headers, "rows": [list(_cells(attempt)) for attempt in attempts]}


def _cells(attempt: Attempt) -> Iterator[Any]:
    yield moment(attempt.started_at)
    members = ", ".join(field_label(name) for name in attempt.body)
    yield format_html('<span class="font-mono">{}</span> {}', attempt.method, members)
    yield attempt.status or "—"
    yield attempt.get_outcome_display()
    yield "—" if attempt.duration_ms is None else f"{attempt.duration_ms} ms"
    yield attempt.excerpt or "—"


def entry_link(entry: OutboxEntry) -> SafeString:
    url = reverse("admin:customers_outboxentry_change", args=(entry.pk,))
    return format_html('<a href="{}">{}</a>', url, entry.get_state_display())
