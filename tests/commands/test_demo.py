"""The demo of a first start: made once, left as people leave it, connected to an upstream of its own."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from customers.delivery.connections import disconnect
from customers.delivery.draining import Worker
from customers.models import ApiKey, Connection, Customer, CustomerChange, OutboxEntry, Seller, User
from tests.parts import Site
from tests.systems.my_virtual_office.api import Api

ADDRESS = "http://127.0.0.1:9000"


@pytest.fixture(autouse=True)
def sandbox(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.SANDBOX_FILE = tmp_path / "sandbox_address"
    path: Path = settings.SANDBOX_FILE
    return path


def load_demo(address: str = ADDRESS) -> str:
    output = StringIO()
    call_command("load_demo", "--address", address, stdout=output)
    return output.getvalue()


def counts() -> list[int]:
    return [
        model.objects.count() for model in (Seller, Customer, CustomerChange, ApiKey, User, Connection, OutboxEntry)
    ]


@pytest.mark.django_db
def test_demo__a_second_run_changes_nothing() -> None:
    first = load_demo()
    Customer.objects.filter(email="jette@petersen-software.example").update(notes="mine")
    before = counts()

    second = load_demo()

    assert counts() == before
    assert Customer.objects.filter(notes="mine").exists()
    key = re.search(r"API key +(\S+)", first)
    assert key is not None
    assert Api(key[1]).get("/api/customers").json()["has_more"] is False
    assert User.objects.get().check_password(re.search(r"Password +(\S+)", first)[1])  # type: ignore[index]
    assert f"{ADDRESS}/admin/" in first
    assert "shown only now" not in second
    assert "create_api_key demo" in second
    assert "changepassword staff@demo.example" in second


@pytest.mark.django_db
def test_demo__stays_disconnected_when_somebody_disconnected_it() -> None:
    load_demo()
    disconnect(Connection.objects.get())

    load_demo()

    assert not Connection.objects.exists()


@pytest.mark.django_db
def test_demo__fits_its_own_plan() -> None:
    load_demo()

    seller = Seller.objects.get(slug="demo")
    assert seller.customer_count == Customer.objects.of(seller).count() < (seller.customer_limit or 0)


@pytest.mark.django_db
def test_demo__keeps_its_address_for_delivery(sandbox: Path) -> None:
    load_demo("http://127.0.0.1:8001")
    load_demo("http://127.0.0.1:8002")

    assert sandbox.read_text() == "http://127.0.0.1:8002"


@pytest.mark.django_db
def test_demo__of_a_configured_site_connects_to_nothing(settings: Any) -> None:
    settings.SANDBOX_FILE = None

    printed = load_demo()

    assert not Connection.objects.exists()
    assert settings.MY_VIRTUAL_OFFICE_URL in printed


@pytest.mark.django_db(transaction=True)
def test_demo__arrives_at_its_upstream(settings: Any) -> None:
    with Site() as site:
        load_demo(site.url)
        settings.MY_VIRTUAL_OFFICE_URL = site.url
        worker = Worker(2)
        worker.drain()
        worker.close()

    arrived = set(Customer.objects.filter(seller__slug="demo-upstream").values_list("email", "status"))
    assert arrived == set(Customer.objects.filter(seller__slug="demo").values_list("email", "status"))
    assert len(arrived) == 7
