"""A dry run: every record is applied and taken back, as if those before it had stayed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from customers.exceptions import CustomerLimitReached, EmailTaken
from customers.models import Actor, Connection, Customer, Seller, UpstreamLink
from customers.models.email import email_key
from customers.pulling.applying import Outcome, apply
from customers.systems import SYSTEMS


class DryRun:
    """Remembers what would have changed by now: addresses taken and given up, places used and freed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._taken: set[str] = set()
        self._given_up: set[str] = set()
        self._places = 0

    def apply(self, upstream_id: str, record: Any, actor: Actor) -> Outcome:
        """Return what would come of the record. Raises what `applying.apply` raises."""
        with transaction.atomic():
            count, before = self._count(), self._key(upstream_id)
            try:
                outcome = apply(self._connection, upstream_id, record, actor)
                after, moved = self._key(upstream_id), self._count() - count
            except (EmailTaken, CustomerLimitReached):
                # The database does not know what those before have given up.
                after = self._wanted(record)
                if not self._has_become_free(after):
                    raise
                outcome, moved = (Outcome.UPDATED, 0) if before else (Outcome.CREATED, 1)
            transaction.set_rollback(True)
        self._note(before, after, moved)
        return outcome

    def _note(self, before: str | None, after: str | None, moved: int) -> None:
        if after != before and after in self._taken:
            raise EmailTaken
        limit = Seller.objects.get(pk=self._connection.seller_id).customer_limit
        if moved > 0 and limit is not None and self._count() + self._places + moved > limit:
            raise CustomerLimitReached(limit)
        self._places += moved
        if after != before:
            self._taken |= {after} if after else set()
            self._given_up = (self._given_up | ({before} if before else set())) - {after}

    def _has_become_free(self, key: str) -> bool:
        taken = Customer.objects.filter(seller=self._connection.seller_id, email_key=key).exists()
        return (not taken or key in self._given_up) and (self._places < 0 or taken)

    def _count(self) -> int:
        return Seller.objects.get(pk=self._connection.seller_id).customer_count

    def _key(self, upstream_id: str) -> str | None:
        """Return the address of the linked customer in the form that is unique; None for nobody."""
        linked = UpstreamLink.objects.filter(
            seller=self._connection.seller_id, system=self._connection.system, upstream_id=upstream_id
        )
        key: str | None = linked.values_list("customer__email_key", flat=True).first()
        return key

    def _wanted(self, record: Any) -> str:
        client = SYSTEMS[self._connection.system].client
        customer = Customer(seller=self._connection.seller)
        return email_key(client.changes_of(client.comparable(record), customer)["email"])
