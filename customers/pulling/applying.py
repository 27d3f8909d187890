"""One pulled record becomes a customer, or changes one.

Records and customers are tied by the upstream's id (UpstreamLink), which also keeps what was last
seen there. Only what changed there since is taken over: what staff changed here meanwhile stays.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers import services
from customers.exceptions import InvalidInput
from customers.models import Actor, Connection, Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now
from customers.models.outbox import OPEN
from customers.systems import SYSTEMS


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def apply(connection: Connection, upstream_id: str, record: Any, actor: Actor) -> Outcome:
    """Bring the customer up to date with the record, in one transaction.

    Raises InvalidInput for a record that cannot be taken over, and what the services refuse; then
    nothing is written.
    """
    client = SYSTEMS[connection.system].client
    theirs = client.comparable(record)
    links = UpstreamLink.objects.filter(seller=connection.seller_id, system=connection.system, upstream_id=upstream_id)
    with transaction.atomic():
        link = links.select_related("customer").first()
        if link is None:
            return _create(connection, upstream_id, theirs, actor)
        if link.customer.deleted_at is None and not _changed(link, theirs):
            # The common case of a second pull: nothing to lock, nothing to compare further.
            return Outcome.UNCHANGED
        if client.is_deleted(theirs) != client.is_deleted(link.acknowledged):
            # Who moves the counter of customers locks it before it touches a customer.
            Seller.objects.select_for_update(no_key=True).get(pk=connection.seller_id)
        # The customer before the link, as everywhere.
        customer = Customer.objects.select_for_update(no_key=True).get(pk=link.customer_id)
        link = links.select_for_update(no_key=True).get()
        link.customer = customer
        return _update(link, theirs, actor)


def _create(connection: Connection, upstream_id: str, theirs: dict[str, Any], actor: Actor) -> Outcome:
    client = SYSTEMS[connection.system].client
    if client.is_deleted(theirs):
        raise InvalidInput(_("The customer was deleted there."))
    customer = Customer(seller=connection.seller, language=connection.seller.default_language)
    for name, value in client.changes_of(theirs, customer).items():
        setattr(customer, name, value)
    services.create_customer(customer, actor=actor)
    now = database_now()
    UpstreamLink.objects.create(
        seller_id=connection.seller_id,
        customer=customer,
        system=connection.system,
        upstream_id=upstream_id,
        acknowledged=theirs,
        acknowledged_at=now,
        created_at=now,
    )
    return Outcome.CREATED


def _update(link: UpstreamLink, theirs: dict[str, Any], actor: Actor) -> Outcome:
    client = SYSTEMS[link.system].client
    seen, customer = link.acknowledged, link.customer
    changed = _changed(link, theirs)
    was_deleted, is_deleted = client.is_deleted(seen), client.is_deleted(theirs)
    version = customer.version
    if customer.deleted_at is not None and is_deleted:
        # Gone on both sides; what else is said about it waits until it comes back.
        return Outcome.UNCHANGED
    if customer.deleted_at is not None:
        if not was_deleted:
            raise InvalidInput(_("The customer was deleted here."))
        customer = services.restore_customer(customer, actor=actor)
    ours, going_there = client.state_of(customer), _going_there(link)
    merged = {
        name: _merged(value, seen.get(name), ours.get(name), ours_wins=name in going_there)
        for name, value in changed.items()
    }
    taken = {name: value for name, value in merged.items() if value != ours.get(name)}
    if taken:
        customer = services.update_customer(customer, actor=actor, **client.changes_of(taken, customer))
    if is_deleted and not was_deleted:
        customer = services.delete_customer(customer, actor=actor)
    if changed:
        link.acknowledged = {**seen, **theirs}
        link.acknowledged_at = database_now()
        link.drift, link.is_gone = {}, False
        link.save(update_fields=["acknowledged", "acknowledged_at", "drift", "is_gone"])
    return Outcome.UNCHANGED if customer.version == version else Outcome.UPDATED


def _changed(link: UpstreamLink, theirs: dict[str, Any]) -> dict[str, Any]:
    """Return the members that are not as they were last seen there."""
    seen = link.acknowledged
    return {name: value for name, value in theirs.items() if name not in seen or seen[name] != value}


def _merged(theirs: Any, seen: Any, ours: Any, *, ours_wins: bool) -> Any:
    """Return what holds of one member: whatever changed on one side; of an object each of its members.

    Where both changed it, `ours_wins` decides.
    """
    if isinstance(theirs, dict) and isinstance(seen, dict) and isinstance(ours, dict):
        names = dict.fromkeys((*theirs, *seen, *ours))
        return {name: _merged(theirs.get(name), seen.get(name), ours.get(name), ours_wins=ours_wins) for name in names}
    if theirs == seen or (ours_wins and ours != seen):
        return ours
    return theirs


def _going_there(link: UpstreamLink) -> set[str]:
    """Return the members that were changed here and wait to be sent there: what we say of them holds.

    Raises InvalidInput while they are being sent.
    """
    entry = OutboxEntry.objects.filter(customer=link.customer, system=link.system, state__in=OPEN).first()
    if entry is None:
        return set()
    if entry.state == EntryState.SENDING:
        raise InvalidInput(_("This customer is being sent right now. Try again in a minute."))
    client = SYSTEMS[link.system].client
    ours = client.comparable(client.render(link.customer, link.acknowledged))
    return {name for name, value in ours.items() if link.acknowledged.get(name) != value}
