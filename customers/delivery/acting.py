"""What people do with deliveries: try again, link to the upstream's customer, create anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.delivery.health import soonest
from customers.delivery.sending import words_of
from customers.delivery.settling import CLEAN
from customers.exceptions import InvalidInput
from customers.models import Attempt, Connection, Customer, EntryState, OutboxEntry, UpstreamLink
from customers.models.clock import database_now
from customers.models.credential import CredentialUnreadable
from customers.models.email import email_key
from customers.outbox import OPEN, need_delivery, wake
from customers.systems import SYSTEMS
from customers.upstream import Access, NoAnswer, Upstream


def retry(entries: QuerySet[OutboxEntry]) -> int:
    """Try blocked and waiting entries again as soon as it is safe; return how many.

    A create whose answer was lost is repeated as it was: only `link` and `create_again` decide what
    the upstream has.
    """
    again = OutboxEntry.objects.filter(
        pk__in=entries.order_by().values("pk"), state__in=(EntryState.PENDING, EntryState.BLOCKED)
    )
    count = again.update(
        state=EntryState.PENDING,
        blocked_why="",
        waiting_for="",
        tries=0,
        starts=0,
        misunderstood=0,
        failing_since=None,
        paused_before=None,
        not_before=soonest(database_now()),
    )
    wake()
    return count


def failed_since(entries: QuerySet[OutboxEntry], moment: datetime) -> QuerySet[OutboxEntry]:
    """Return the open entries whose last error came at `moment` or later."""
    return entries.filter(last_error_at__gte=moment, state__in=(EntryState.PENDING, EntryState.BLOCKED))


def send(customer: Customer, connection: Connection) -> None:
    """Let the customer be sent as it is now, even if nothing changed. Raises InvalidInput."""
    with transaction.atomic():
        need_delivery(lock_customer(customer, connection), connection)


def link(customer: Customer, connection: Connection, upstream_id: str) -> None:
    """Note that the upstream's customer `upstream_id` is this one, and send what differs.

    The upstream is asked first: it must know the id, with the customer's e-mail address or with one
    that was sent for this customer. Raises InvalidInput.
    """
    data = _read(connection, upstream_id.strip())
    client = SYSTEMS[connection.system].client
    theirs = client.comparable(data)
    if email_key(theirs.get("email") or "") not in _addresses(customer, connection):
        raise InvalidInput(
            _("The upstream's customer %(id)s has another e-mail address: %(email)s.")
            % {"id": upstream_id, "email": theirs.get("email") or "—"}
        )
    with transaction.atomic():
        locked = lock_customer(customer, connection)
        _take_from_deleted(locked, connection, client.upstream_id_of(data))
        now = database_now()
        UpstreamLink.objects.update_or_create(
            customer=locked,
            system=connection.system,
            defaults={
                "seller_id": locked.seller_id,
                "upstream_id": client.upstream_id_of(data),
                "acknowledged": theirs,
                "acknowledged_at": now,
                "drift": {},
                "is_gone": False,
            },
            create_defaults={
                "seller_id": locked.seller_id,
                "upstream_id": client.upstream_id_of(data),
                "acknowledged": theirs,
                "acknowledged_at": now,
                "created_at": now,
            },
        )
        _begin_anew(locked, connection, now)


def _addresses(customer: Customer, connection: Connection) -> set[str]:
    """Return the customer's e-mail address and those that creates were sent with: edits may have come since."""
    creates = Attempt.objects.filter(entry__customer=customer, entry__system=connection.system, method="POST")
    sent = [attempt.body.get("email") or "" for attempt in creates.only("body")]
    return {email_key(email) for email in (customer.email, *sent) if email}


def create_again(customer: Customer, connection: Connection) -> None:
    """Forget which customer of the upstream this one was, and create a new one there.

    For one that the upstream no longer has, or whose address somebody else has there. Raises
    InvalidInput.
    """
    known = UpstreamLink.objects.filter(customer=customer, system=connection.system).first()
    if known is not None and _exists(connection, known.upstream_id):
        raise InvalidInput(_("The upstream still has this customer."))
    with transaction.atomic():
        locked = lock_customer(customer, connection)
        UpstreamLink.objects.filter(customer=locked, system=connection.system).delete()
        _begin_anew(locked, connection, database_now())


def _begin_anew(customer: Customer, connection: Connection, now: datetime) -> None:
    """Let the customer be sent with nothing held against it from earlier tries."""
    need_delivery(customer, connection)
    # The caller has seen that nothing is being sent.
    OutboxEntry.objects.filter(customer=customer, system=connection.system, state__in=OPEN).update(
        state=EntryState.PENDING, blocked_why="", not_before=soonest(now), **{**CLEAN, "safe_after": None}
    )


def lock_customer(customer: Customer, connection: Connection) -> Customer:
    """Lock the customer's row. Raises InvalidInput while a call for it is under way."""
    locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    entries = OutboxEntry.objects.filter(customer=locked, system=connection.system, state=EntryState.SENDING)
    if entries.exists():
        raise InvalidInput(_("This customer is being sent right now. Try again in a minute."))
    return locked


def _take_from_deleted(customer: Customer, connection: Connection, upstream_id: str) -> None:
    """A customer deleted here leaves the upstream's one behind, and who comes again may have it."""
    links = UpstreamLink.objects.filter(
        seller=customer.seller_id, system=connection.system, upstream_id=upstream_id
    ).exclude(customer=customer)
    owner = links.select_related("customer").first()
    if owner is None:
        return
    if owner.customer.deleted_at is None:
        raise InvalidInput(
            _("The upstream's customer %(id)s is %(name)s.") % {"id": upstream_id, "name": owner.customer}
        )
    owner.delete()


def _exists(connection: Connection, upstream_id: str) -> bool:
    try:
        _read(connection, upstream_id)
    except _Unknown:
        return False
    return True


class _Unknown(InvalidInput):
    """The upstream does not have the customer."""


def _read(connection: Connection, upstream_id: str) -> dict[str, Any]:
    """Return the upstream's customer. Raises InvalidInput, and _Unknown where there is none."""
    client = SYSTEMS[connection.system].client
    if client.upstream_id_of({"id": upstream_id}) is None:
        raise InvalidInput(_("“%(id)s” is not an ID.") % {"id": upstream_id[:100]})
    try:
        call = client.read(Access.of(connection), upstream_id)
        answer = Upstream().call(call)
    except CredentialUnreadable as error:
        raise InvalidInput(_("The stored key cannot be read. Enter it again.")) from error
    except NoAnswer as error:
        raise InvalidInput(_("The upstream did not answer: %(reason)s") % {"reason": error}) from error
    if answer.status == 404:
        raise _Unknown(_("The upstream has no customer %(id)s.") % {"id": upstream_id})
    if not 200 <= answer.status < 300 or client.upstream_id_of(answer.data) != upstream_id:
        raise InvalidInput(_("The upstream said: %(words)s") % {"words": words_of(client, answer, call)})
    data: dict[str, Any] = answer.data
    return data
