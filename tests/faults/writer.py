"""A process that creates and edits customers, as staff would. Killed and started again, it goes on where it was.

Each edit raises a marker in the customer's company name (`v0`, `v1`, ...), so that what overtook
what can be told at the upstream. `python -m tests.faults.writer SELLER WRITER CUSTOMERS EDITS [MUTANT]`.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Any


def write(seller_id: str, writer: str, customers: int, edits: int) -> None:
    from customers import services
    from customers.models import Customer, Seller
    from tests.factory import make_actor, unsaved_customer

    dice = random.Random(writer)
    seller = Seller.objects.get(pk=seller_id)
    stored = {one.customer_number: one for one in Customer.objects.filter(seller=seller)}
    found = len(stored)
    for marker in range(edits + 1):
        if marker == 1 and len(stored) > found:
            # So that most are upstream by then, and edits are calls of their own.
            time.sleep(3)
        for number in range(customers):
            name = f"{writer}-{number}"
            customer = stored.get(name)
            if customer is None:
                new = unsaved_customer(seller, email=f"c{name}@example.com", company_name="v0", customer_number=name)
                stored[name] = services.create_customer(new, actor=make_actor())
            elif done_until(customer) < marker:
                time.sleep(0.005)
                changes = {"company_name": f"v{marker}", **another_change(dice, name, marker)}
                stored[name] = services.update_customer(customer, actor=make_actor(), **changes)


def done_until(customer: Any) -> int:
    return int(customer.company_name[1:])


def another_change(dice: random.Random, name: str, marker: int) -> dict[str, Any]:
    """Return a change of something else that comes with an edit."""
    choices: list[dict[str, Any]] = [
        {"first_name": f"Ada {marker}"},
        {"last_name": "Größle"},
        {"status": dice.choice(("active", "inactive", "suspended"))},
        {"language": dice.choice(("de", "en", "fr", "da"))},
        {"email": f"c{name}.{marker}@example.com"},
        {"address_data": {"street": f"Königstraße {marker}", "city": "Stuttgart"}},
        {"postal_redirect_address": {"city": "München", "postal_code": "80331"}},
    ]
    return dice.choice(choices)


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    from tests.faults import mutants

    seller_id, writer, customers, edits, *mutant = sys.argv[1:]
    for name in mutant:
        mutants.apply(name)
    write(seller_id, writer, int(customers), int(edits))


if __name__ == "__main__":
    main()
