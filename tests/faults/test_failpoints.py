"""A process that dies at any one place loses nothing: each place once, for certain."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from customers.delivery import acting
from customers.delivery.connections import connect
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller
from tests.factory import make_customer, make_seller
from tests.faults import oracle
from tests.faults.running import KEY, KILLED, TIMES, serving
from tests.parts import ROOT, environment

POINTS = ("before_claim_commit", "after_claim_commit", "before_send", "after_send", "before_settle", "after_settle")


@pytest.mark.django_db(transaction=True)
def test_each_place__costs_nothing(settings: Any, tmp_path: Path) -> None:
    settings.CREDENTIAL_KEYS = [KEY]
    with serving("none", 1) as url:
        settings.MY_VIRTUAL_OFFICE_URL = url
        variables = {**TIMES, "CREDENTIAL_KEYS": KEY, "DATA_DIR": str(tmp_path), "MY_VIRTUAL_OFFICE_URL": url}
        seller = make_seller()
        connect(seller, "my_virtual_office", "key")

        codes = {}
        for point in POINTS:
            make_customer(seller, company_name="v0")
            codes[point] = deliver(**variables, FAILPOINT=f"{point}:1")
        deliver_the_rest(url, variables)
        verdict = oracle.judge(requests.get(f"{url}/_seen", timeout=30).json())

    assert codes == dict.fromkeys(POINTS, KILLED)
    assert verdict.is_clean, verdict
    assert verdict.customers == len(POINTS)


def deliver(**variables: str) -> int:
    command = [sys.executable, "manage.py", "deliver_outbox", "--concurrency", "1"]
    return subprocess.run(command, cwd=ROOT, env=environment(**variables), capture_output=True, check=False).returncode


def deliver_the_rest(url: str, variables: dict[str, str]) -> None:
    """Deliver until nothing is open; link whose create had been applied before the process died."""
    ends = time.monotonic() + 90
    while OutboxEntry.objects.exclude(state=EntryState.DELIVERED).exists():
        assert time.monotonic() < ends, list(OutboxEntry.objects.exclude(state=EntryState.DELIVERED).values())
        assert deliver(**variables) in (0, 1)
        records = requests.get(f"{url}/_seen", timeout=30).json()["records"].values()
        ids = {record["email"]: record["id"] for record in records}
        for entry in OutboxEntry.objects.filter(state=EntryState.BLOCKED).select_related("customer"):
            acting.link(entry.customer, Connection.objects.get(), ids[entry.customer.email])


@pytest.mark.django_db(transaction=True)
def test_in_the_transaction_of_a_change__leaves_neither_customer_nor_entry() -> None:
    seller = make_seller()
    connect(seller, "my_virtual_office", "key")
    command = [sys.executable, "-m", "tests.faults.writer", str(seller.pk), "0", "1", "0"]

    done = subprocess.run(command, cwd=ROOT, env=environment(FAILPOINT="in_business_transaction:1"), check=False)

    assert done.returncode == KILLED
    assert not Customer.objects.exists()
    assert not OutboxEntry.objects.exists()
    assert Seller.objects.get().customer_count == 0
