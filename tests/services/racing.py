"""Races on the write path: threads on PostgreSQL, processes of their own on SQLite.

Run as a module it is one racer: it gets ready, waits for a line, does its work and prints how that
ended.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

RACERS: Final = 8


def create(seller_id: str, email: str) -> None:
    from customers import services
    from customers.models import Seller
    from tests.factory import make_actor, unsaved_customer

    customer = unsaved_customer(Seller(pk=seller_id), email=email)
    services.create_customer(customer, actor=make_actor())


def update(customer_id: str, field: str, value: str) -> None:
    from customers import services
    from customers.models import Customer
    from tests.factory import make_actor

    customer = Customer.objects.get(pk=customer_id)
    services.update_customer(customer, actor=make_actor(), expected_version=None, **{field: value})


def delete(customer_id: str) -> None:
    from customers import services
    from customers.models import Customer
    from tests.factory import make_actor

    services.delete_customer(Customer.objects.get(pk=customer_id), actor=make_actor())


def connect(seller_id: str, credential: str) -> None:
    from customers.delivery import connections
    from customers.models import Seller

    connections.connect(Seller.objects.get(pk=seller_id), "my_virtual_office", credential)


WORK: Final[dict[str, Callable[..., None]]] = {"create": create, "update": update, "delete": delete, "connect": connect}


def outcome(work: str, *arguments: str) -> str:
    """Return "done" or the name of the refusal."""
    from customers.exceptions import Refusal

    try:
        WORK[work](*arguments)
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def race(*entries: tuple[str, ...]) -> list[str]:
    """Start the entries, each the name of its work and its arguments, at once; return the outcomes."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return _race_processes(entries)
    return _race_threads(entries)


def _race_processes(entries: tuple[tuple[str, ...], ...]) -> list[str]:
    from tests.parts import ROOT, environment

    command = [sys.executable, "-m", "tests.services.racing"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    racers = [subprocess.Popen([*command, *entry], cwd=ROOT, env=environment(), **pipes) for entry in entries]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return [racer.communicate(timeout=60)[0].strip() for racer in racers]


def _race_threads(entries: tuple[tuple[str, ...], ...]) -> list[str]:
    from django.db import connection

    start = threading.Barrier(len(entries))
    outcomes = ["lost"] * len(entries)

    def run(place: int, entry: tuple[str, ...]) -> None:
        try:
            start.wait(timeout=30)
            outcomes[place] = outcome(*entry)
        except Exception as error:
            outcomes[place] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, entry)) for place, entry in enumerate(entries)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    from customers.models import Customer

    Customer.objects.exists()
    print("ready", flush=True)
    sys.stdin.readline()
    print(outcome(*sys.argv[1:]), flush=True)


if __name__ == "__main__":
    main()
