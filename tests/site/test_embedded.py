"""Delivery beside the server: started with it, restarted when it dies, ended with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from customers.delivery.connections import connect
from customers.models import Customer, EntryState, OutboxEntry, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site, free_port, wait_for


def children_of(parent: int) -> list[int]:
    """Return the processes that `parent` has started, and those that they have, of delivery alone."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text().rpartition(")")[2].split()
            command = (path / "cmdline").read_text()
        except OSError:
            continue
        if int(stat[1]) == parent and ("crm.embedded" in command or "deliver_outbox" in command):
            found += [int(path.name), *children_of(int(path.name))]
    return found


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def site(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Site]:
    """A site whose seller `acme` pushes to the seller `upstream` of the same site."""
    port = free_port()
    settings.CREDENTIAL_KEYS = ["of the tests and of the site"]
    _key, plain = make_api_key(make_seller("upstream"))
    connect(make_seller("acme"), "my_virtual_office", plain)
    variables = {
        "CREDENTIAL_KEYS": settings.CREDENTIAL_KEYS[0],
        "DATA_DIR": str(tmp_path),
        "EMBEDDED_DELIVERY": "true",
        "MY_VIRTUAL_OFFICE_URL": f"http://127.0.0.1:{port}",
    }
    with Site(port, **variables) as running:
        yield running


def arrives(email: str) -> bool:
    return Customer.objects.filter(seller__slug="upstream", email=email).exists()


def test_delivery__runs_beside_the_server_and_ends_with_it(site: Site) -> None:
    make_customer(Seller.objects.get(slug="acme"), email="a@example.com")

    wait_for(lambda: arrives("a@example.com"))
    wait_for(lambda: OutboxEntry.objects.get().state == EntryState.DELIVERED)
    processes = children_of(site.process.pid)
    site.process.send_signal(signal.SIGTERM)
    site.process.wait(timeout=60)

    assert len(processes) == 2
    wait_for(lambda: not any(is_alive(pid) for pid in processes))


def test_delivery__is_started_again_when_it_is_killed(site: Site) -> None:
    wait_for(lambda: len(children_of(site.process.pid)) == 2)
    loop = children_of(site.process.pid)[1]

    os.kill(loop, signal.SIGKILL)
    make_customer(Seller.objects.get(slug="acme"), email="b@example.com")

    wait_for(lambda: arrives("b@example.com"))
    assert loop not in children_of(site.process.pid)


def test_delivery__does_not_outlive_a_server_that_is_killed(site: Site) -> None:
    wait_for(lambda: len(children_of(site.process.pid)) == 2)
    processes = children_of(site.process.pid)

    os.kill(site.process.pid, signal.SIGKILL)

    wait_for(lambda: not any(is_alive(pid) for pid in processes))
