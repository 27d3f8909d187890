"""Create, update, delete and restore one customer, with history and outbox, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from customers.exceptions import CustomerChanged, CustomerNotFound
from customers.models import Actor, Customer, CustomerChange
from customers.outbox import record_change
from customers.services.rules import EDITABLE, give_place_back, take_place, validate, write

Action = CustomerChange.Action


def create_customer(customer: Customer, *, actor: Actor) -> Customer:
    """Store an unsaved customer and return it.

    Raises InvalidCustomer, CustomerLimitReached, EmailTaken; then nothing is stored.
    """
    validate(customer)
    customer.source = actor.source
    customer.derive()
    with write():
        take_place(customer.seller_id)
        customer.created_at = customer.updated_at = timezone.now()
        customer.save(force_insert=True)
        given = {
            name: [None, value] for name in EDITABLE if (value := getattr(customer, name)) not in (None, "", False)
        }
        CustomerChange.record(customer, Action.CREATED, given, actor=actor, at=customer.created_at)
        record_change(customer, actor=actor)
    return customer


def update_customer(
    customer: Customer, *, actor: Actor, expected_version: int | None = None, **changes: Any
) -> Customer:
    """Change the named fields of the stored customer and return it as it now is.

    Fields that already have their value are left out; where nothing is left, nothing is written.
    Only the changed columns are saved, so that changes of different fields never undo each other.

    Raises CustomerNotFound, CustomerChanged (the stored version is not `expected_version`),
    InvalidCustomer, EmailTaken.
    """
    with write():
        return _change(_lock(customer, expected_version, deleted=False), changes, actor)


def revise_customer(customer: Customer, *, actor: Actor, revise: Callable[[Customer], Mapping[str, Any]]) -> Customer:
    """Change the stored customer by what `revise` makes of it, and return it as it now is.

    Like `update_customer`, for changes that follow from what is stored: nobody changes it in between.
    Raises CustomerNotFound, InvalidCustomer, EmailTaken, and what `revise` does.
    """
    with write():
        stored = _lock(customer, None, deleted=False)
        return _change(stored, revise(stored), actor)


def _change(stored: Customer, changes: Mapping[str, Any], actor: Actor) -> Customer:
    if unknown := changes.keys() - set(EDITABLE):
        raise TypeError(f"A change cannot set {', '.join(sorted(unknown))}")
    changed = {name: [getattr(stored, name), value] for name, value in changes.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if not changed:
        return stored
    for name, (_before, after) in changed.items():
        setattr(stored, name, after)
    validate(stored, changed.keys())
    _save(stored, Action.UPDATED, changed, actor)
    return stored


def delete_customer(customer: Customer, *, actor: Actor, expected_version: int | None = None) -> Customer:
    """Delete softly: the customer disappears from every door, its place and address are free again.

    Raises CustomerNotFound, CustomerChanged.
    """
    with write():
        give_place_back(customer.seller_id)
        stored = _lock(customer, expected_version, deleted=False)
        stored.deleted_at = timezone.now()
        _save(stored, Action.DELETED, {}, actor)
    return stored


def restore_customer(customer: Customer, *, actor: Actor) -> Customer:
    """Bring a softly deleted customer back.

    Raises CustomerNotFound, CustomerLimitReached, and EmailTaken where somebody else has the
    address by now.
    """
    with write():
        take_place(customer.seller_id)
        stored = _lock(customer, None, deleted=True)
        stored.deleted_at = None
        _save(stored, Action.RESTORED, {}, actor)
    return stored


def _lock(customer: Customer, expected_version: int | None, *, deleted: bool) -> Customer:
    """Read the stored row and keep others from writing it until the transaction ends.

    SQLite knows no row locks and needs none here: its transactions begin as writers.
    """
    rows = Customer.objects.select_for_update(no_key=True).filter(deleted_at__isnull=not deleted)
    try:
        stored = rows.get(pk=customer.pk, seller=customer.seller_id)
    except Customer.DoesNotExist as error:
        raise CustomerNotFound from error
    if expected_version is not None and stored.version != expected_version:
        raise CustomerChanged
    return stored


def _save(stored: Customer, action: Action, changed: dict[str, list[Any]], actor: Actor) -> None:
    # The clock may go back between two changes; the record's times do not.
    stored.updated_at = max(timezone.now(), stored.updated_at)
    stored.version += 1
    stored.derive()
    stored.save(
        update_fields=[*changed, "deleted_at", "email_key", "search_text", "updated_at", "version"], force_update=True
    )
    CustomerChange.record(stored, action, changed, actor=actor, at=stored.updated_at)
    record_change(stored, actor=actor)
