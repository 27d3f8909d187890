"""Steps of measurements that need the product's own code, each in a process of its own: prints JSON.

`python -m benchmarks.steps NAME ARGUMENT ...`
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

BATCH = 5000


def connect(slug: str) -> None:
    """Make a seller that is connected."""
    from customers import services
    from customers.delivery import connections

    connections.connect(services.create_seller(slug, name=slug), "my_virtual_office", "sk_live_key")


def fill(slug: str, count: str, state: str = "pending") -> None:
    """Add customers of the seller, each with an entry in the state.

    Straight into the tables: only what lies there counts.
    """
    from customers.models import Connection, Customer, OutboxEntry, Seller
    from customers.models.clock import database_now

    seller = Seller.objects.get(slug=slug)
    connection, now = Connection.objects.get(seller=seller), database_now()
    there = Customer.objects.filter(seller=seller).count()
    for start in range(there, there + int(count), BATCH):
        customers = [
            Customer(
                seller=seller,
                first_name="Ada",
                last_name="Lovelace",
                email=f"c{n}@example.com",
                company_name="Analytical GmbH",
                source="system",
                created_at=now,
                updated_at=now,
            )
            for n in range(start, min(start + BATCH, there + int(count)))
        ]
        for customer in customers:
            customer.derive()
        Customer.objects.bulk_create(customers)
        OutboxEntry.objects.bulk_create(
            OutboxEntry(
                connection=connection,
                seller=seller,
                customer=one,
                system="my_virtual_office",
                version=1,
                waiting_since=now,
                not_before=now,
                state=state,
                blocked_why="rejected" if state == "blocked" else "",
            )
            for one in customers
        )


def pause(slug: str) -> None:
    from customers.delivery import connections
    from customers.models import Connection

    connections.pause(Connection.objects.get(seller__slug=slug))


def analyze() -> None:
    """Let the database look at what was filled in, as it does by itself after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def claim(rounds: str) -> dict[str, float]:
    """Return milliseconds: of one claimed entry, in batches as a worker takes them, and of looking for work."""
    from customers.delivery.claims import claim, work_is_due
    from customers.delivery.restore import refuse_if_restored

    refuse_if_restored()
    claim(1, busy={}, slots=48)
    claims, looks = [], []
    for _round in range(int(rounds)):
        began = time.perf_counter()
        taken = claim(24, busy=Counter(), slots=48)
        claims.append((time.perf_counter() - began) * 1000 / len(taken.calls))
        began = time.perf_counter()
        work_is_due()
        looks.append((time.perf_counter() - began) * 1000)
    return {"claim": statistics.median(claims), "look": statistics.median(looks)}


def look() -> float:
    """Return the milliseconds of looking for work, the median."""
    from customers.delivery.claims import work_is_due

    looks = []
    for _round in range(20):
        began = time.perf_counter()
        assert not work_is_due()
        looks.append((time.perf_counter() - began) * 1000)
    return statistics.median(looks)


def enqueue() -> int:
    """Send one Celery task for each pending entry."""
    from benchmarks.task_per_row import send
    from customers.models import OutboxEntry

    ids = list(OutboxEntry.objects.filter(state="pending").values_list("pk", flat=True))
    for pk in ids:
        send.delay(pk)
    return len(ids)


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step for step in (connect, fill, pause, analyze, claim, look, enqueue)
}

if __name__ == "__main__":
    django.setup()
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
