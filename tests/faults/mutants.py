"""Mistakes that an outbox can be made with, to show that the fault run would find them.

As a module it is `manage.py` with a mistake: `python -m tests.faults.mutants NAME deliver_outbox ...`.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any


def settle_before_sending() -> None:
    """Changes are noted as delivered first and sent then."""
    draining: Any = import_module("customers.delivery.draining")
    from customers.delivery.answers import Act, Verdict
    from customers.delivery.settling import Result, settle

    real = draining.claim

    def claim(*arguments: Any, **named: Any) -> Any:
        claims = real(*arguments, **named)
        updates = [one for one in claims.calls if one.plan.upstream_id]
        delivered = Verdict(act=Act.DELIVERED)
        settle([Result(claim=one, verdict=delivered, upstream_id=one.plan.upstream_id) for one in updates])
        return claims

    draining.claim = claim


def no_order_per_customer() -> None:
    """A customer who is being sent may be sent once more at the same time."""
    from customers import outbox
    from customers.models import EntryState, OutboxEntry

    real = outbox.need_delivery

    def need_delivery(customer: Any, connection: Any, **named: Any) -> None:
        real(customer, connection, **named)
        OutboxEntry.objects.filter(customer=customer, state=EntryState.SENDING).update(
            state=EntryState.PENDING, lease=None, lease_until=None
        )

    outbox.need_delivery = need_delivery


def entry_after_commit() -> None:
    """The change is committed first, the entry written then."""
    from django.db import transaction

    from customers import outbox
    from customers.failpoint import failpoint

    services: Any = import_module("customers.services.customers")

    def record_change(customer: Any, *, actor: Any) -> None:
        def write() -> None:
            failpoint("in_business_transaction")
            outbox.record_change(customer, actor=actor)

        transaction.on_commit(write)

    services.record_change = record_change


MUTANTS = {
    "settle_before_sending": settle_before_sending,
    "no_order_per_customer": no_order_per_customer,
    "entry_after_commit": entry_after_commit,
}


def apply(name: str) -> None:
    MUTANTS[name]()


def main() -> None:
    import django
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    apply(sys.argv[1])
    execute_from_command_line(["manage.py", *sys.argv[2:]])


if __name__ == "__main__":
    main()
