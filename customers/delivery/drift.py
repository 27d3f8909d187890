"""Drift: what somebody changed in the upstream behind our back. Found and shown, never overwritten unasked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from customers import services
from customers.delivery.acting import create_again, lock_customer
from customers.delivery.answers import Act, Operation, judge
from customers.delivery.pacing import wait_for_turn
from customers.exceptions import InvalidInput
from customers.models import Actor, Connection, Customer, OutboxEntry, UpstreamLink
from customers.models.clock import database_now
from customers.outbox import OPEN, need_delivery
from customers.systems import SYSTEMS
from customers.upstream import Access, Answer, NoAnswer, Upstream

#: Calls a second where the connection has no limit of its own: a check is in no hurry.
UNHURRIED: Final = 10
#: Failures in a row after which a check ends: nobody is there, or the key is wrong.
ENOUGH: Final = 5
_TRIES: Final = 3


@dataclass
class Checked:
    """How a check went: links compared and found to differ, left out for waiting changes, and not answered.

    `gave_up`: it ended before all were asked for, because the upstream failed too often in a row.
    """

    compared: int = 0
    drifted: int = 0
    waiting: int = 0
    failed: int = 0
    last_failure: str = ""
    gave_up: bool = False


def links_of(connection: Connection, sample: int | None = None) -> QuerySet[UpstreamLink]:
    """Return the links to compare; of a sample, a random choice."""
    links = UpstreamLink.objects.filter(seller=connection.seller_id, system=connection.system)
    return links.order_by("pk") if sample is None else links.order_by("?")[:sample]


def check(connection: Connection, links: QuerySet[UpstreamLink], progress: Callable[[int], object] = bool) -> Checked:
    """GET each linked customer and note in which members it differs from what was acknowledged."""
    checked, upstream, failures = Checked(), Upstream(), 0
    access = Access.of(connection)
    client = SYSTEMS[connection.system].client
    for link in links.iterator(chunk_size=500):
        if _is_waiting(link):
            checked.waiting += 1
        else:
            failed = checked.failed
            wait_for_turn(connection, at_most=UNHURRIED)
            try:
                answer = _ask(upstream, client.read(access, link.upstream_id))
                _note(link, answer, checked)
            except NoAnswer as error:
                checked.failed, checked.last_failure = checked.failed + 1, str(error)
            failures = failures + 1 if checked.failed > failed else 0
        progress(1)
        if failures >= ENOUGH:
            checked.gave_up = True
            break
    return checked


def _ask(upstream: Upstream, call: object) -> Answer:
    """Make the call; where the upstream asks for patience, have it a few times."""
    for _try in range(_TRIES):
        answer = upstream.call(call)  # type: ignore[arg-type]
        hold = judge(Operation.UPDATE, answer, ambiguous=False, understood=True).hold
        if hold is None:
            break
        time.sleep(min(hold, 60))
    return answer


def _is_waiting(link: UpstreamLink) -> bool:
    return OutboxEntry.objects.filter(customer=link.customer_id, system=link.system, state__in=OPEN).exists()


def _note(link: UpstreamLink, answer: Answer, checked: Checked) -> None:
    client = SYSTEMS[link.system].client
    gone = answer.status == 404
    verdict = judge(
        Operation.UPDATE, answer, ambiguous=False, understood=client.upstream_id_of(answer.data) == link.upstream_id
    )
    if not gone and verdict.act is not Act.DELIVERED:
        checked.failed, checked.last_failure = checked.failed + 1, f"{answer.status} {answer.excerpt[:200]}"
        return
    drift = {} if gone else client.differences(link.acknowledged, answer.data)
    # Only if nothing was sent meanwhile: else old and new would be compared.
    same = UpstreamLink.objects.filter(pk=link.pk, acknowledged_at=link.acknowledged_at).exclude(
        Exists(OutboxEntry.objects.filter(customer=OuterRef("customer"), system=link.system, state__in=OPEN))
    )
    if same.update(drift=drift, is_gone=gone, checked_at=database_now()):
        checked.compared += 1
        checked.drifted += bool(drift or gone)
    else:
        checked.waiting += 1


def push_ours(link: UpstreamLink, connection: Connection) -> None:
    """Send our values of the members that differ; create the customer anew if the upstream lost it.

    Raises InvalidInput.
    """
    if link.is_gone:
        create_again(link.customer, connection)
        return
    with transaction.atomic():
        customer = lock_customer(link.customer, connection)
        fresh = UpstreamLink.objects.get(pk=link.pk)
        fresh.acknowledged.update({name: theirs for name, (_ours, theirs) in fresh.drift.items()})
        fresh.drift = {}
        fresh.save(update_fields=["acknowledged", "drift"])
        need_delivery(customer, connection)


def take_theirs(link: UpstreamLink, actor: Actor) -> None:
    """Take over the upstream's values of the members that differ. `actor` names the system.

    Raises InvalidInput for a customer that the upstream no longer has, and what update_customer does.
    """
    if link.is_gone:
        raise InvalidInput(_("The upstream no longer has this customer, so there is nothing to take."))
    with transaction.atomic():
        # The customer before the link, as everywhere.
        Customer.objects.select_for_update(no_key=True).get(pk=link.customer_id)
        fresh = UpstreamLink.objects.select_for_update(no_key=True).get(pk=link.pk)
        theirs = {name: value for name, (_ours, value) in fresh.drift.items()}
        if not theirs:
            return
        changes = SYSTEMS[link.system].client.changes_of(theirs, link.customer)
        services.update_customer(link.customer, actor=actor, **changes)
        fresh.acknowledged.update(theirs)
        fresh.drift = {}
        fresh.save(update_fields=["acknowledged", "drift"])
