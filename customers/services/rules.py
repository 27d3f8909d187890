"""The rules of the record: which values it holds, one e-mail once, no more than the plan allows.

`check_customer` only reads, so that a form can show a refusal beside its field. What decides under
concurrency are the database's own means: a unique constraint for the e-mail and one conditional
UPDATE for the plan. Their helpers are here as well, so that a rule stands in one place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from customers.exceptions import CustomerLimitReached, EmailTaken, InvalidCustomer
from customers.models import Customer, Seller

#: What a door may set; everything else follows from it or is the services' own.
EDITABLE: Final = (
    "first_name",
    "last_name",
    "email",
    "company_name",
    "legal_entity",
    "language",
    "address_data",
    "postal_redirect_address",
    "status",
    "phone_number",
    "customer_number",
    "external_id",
    "notes",
    "existing",
    "time_zone",
    "can_create_vc",
    "can_create_va",
)
_NOT_EDITABLE: Final = frozenset(field.name for field in Customer._meta.concrete_fields) - set(EDITABLE)

# How PostgreSQL and SQLite name the constraint on the address in their errors.
_EMAIL_CONSTRAINT: Final = ("customer_email_once", "customers_customer.email_key")


def check_customer(customer: Customer) -> None:
    """Raise the refusal that saving `customer` would meet now; InvalidCustomer before all others.

    Read-only. Somebody else may take the address or the place before it is saved, so the services
    decide again.
    """
    validate(customer)
    if customer._state.adding:
        seller = Seller.objects.get(pk=customer.seller_id)
        if seller.customer_limit is not None and seller.customer_count >= seller.customer_limit:
            raise CustomerLimitReached(seller.customer_limit)
    customer.derive()
    if customer.email_key and (
        Customer.objects.filter(seller=customer.seller_id, email_key=customer.email_key)
        .exclude(pk=customer.pk)
        .exists()
    ):
        raise EmailTaken


def validate(customer: Customer, fields: Collection[str] = EDITABLE) -> None:
    """Raise InvalidCustomer for values of `fields` that the record cannot hold."""
    exclude = {*_NOT_EDITABLE, *(name for name in EDITABLE if name not in fields)}
    try:
        customer.clean_fields(exclude=exclude)
    except ValidationError as error:
        raise InvalidCustomer(error.message_dict) from error


def take_place(seller_id: UUID) -> None:
    """Count one customer more, in the caller's transaction, or raise CustomerLimitReached.

    The one conditional UPDATE also locks the seller's row: whoever creates next waits here. A
    transaction that moves the counter does so before it touches a customer, so that two of them
    never wait for each other.
    """
    free = Q(customer_limit=None) | Q(customer_count__lt=F("customer_limit"))
    seller = Seller.objects.filter(pk=seller_id)
    if not seller.filter(free).update(customer_count=F("customer_count") + 1):
        raise CustomerLimitReached(seller.values_list("customer_limit", flat=True).get() or 0)


def give_place_back(seller_id: UUID) -> None:
    """Count one customer less, in the caller's transaction."""
    Seller.objects.filter(pk=seller_id, customer_count__gt=0).update(customer_count=F("customer_count") - 1)


@contextmanager
def write() -> Iterator[None]:
    """One transaction, in which the constraint on the address speaks as EmailTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if any(name in str(error) for name in _EMAIL_CONSTRAINT):
            raise EmailTaken from error
        raise
