"""deliver_outbox, outbox_status, check_drift, acknowledge_restore: what they print and how they end."""

from __future__ import annotations

import json

import pytest

from customers.models import DeliveryEpoch, Seller, UpstreamLink
from tests.commands.running import KEY, Command
from tests.delivery.states import linked
from tests.delivery.upstream import ScriptedUpstream, always
from tests.factory import make_customer, make_seller

pytestmark = pytest.mark.django_db(transaction=True)


def test_deliver__sends_what_is_due_and_says_so(seller: Seller, command: Command, upstream: ScriptedUpstream) -> None:
    for _number in range(5):
        make_customer(seller)

    done = command("deliver_outbox")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 changes delivered with 5 calls in ")
    assert KEY not in done.stdout + done.stderr


def test_deliver__ends_with_one_where_a_person_is_needed(
    seller: Seller, command: Command, upstream: ScriptedUpstream
) -> None:
    upstream.answer = always(400, "body/email is wrong")
    make_customer(seller)

    done = command("deliver_outbox")

    assert done.returncode == 1
    assert "1 changes are blocked and need a person." in done.stderr


def test_deliver__stops_at_its_limit(seller: Seller, command: Command, upstream: ScriptedUpstream) -> None:
    for _number in range(5):
        make_customer(seller)

    done = command("deliver_outbox", "--limit", "2", "--concurrency", "1")

    assert done.returncode == 0
    assert len(upstream.requests) == 2
    assert "3 wait; the next is due at" in done.stdout


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "-1"), ("--concurrency", "0"), ("--limit", "x")])
def test_deliver__bad_input(command: Command, arguments: tuple[str, str]) -> None:
    done = command("deliver_outbox", *arguments)

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_restored_database__sends_nothing_until_it_is_acknowledged(
    seller: Seller, command: Command, upstream: ScriptedUpstream
) -> None:
    make_customer(seller)
    command("deliver_outbox")
    DeliveryEpoch.objects.update(claims=0)
    make_customer(seller)

    refused = [command("deliver_outbox"), command("deliver_outbox", "--watch")]
    sent = len(upstream.requests)
    acknowledged, again = command("acknowledge_restore", "--yes"), command("acknowledge_restore", stdin="no\n")
    command("deliver_outbox")

    assert [done.returncode for done in refused] == [3, 3]
    assert "restored from a backup" in refused[0].stderr
    assert sent == 1
    assert (acknowledged.returncode, again.returncode) == (0, 1)
    assert len(upstream.requests) == 2


def test_outbox_status__is_for_people_and_programs(seller: Seller, command: Command) -> None:
    make_customer(seller)

    people, programs = command("outbox_status"), command("outbox_status", "--seller", "acme", "--json")
    nobody = command("outbox_status", "--seller", "nobody")

    assert "pending         1" in people.stdout
    values = json.loads(programs.stdout)
    assert (values["pending"], values["depth"], values["blocked"]) == (1, 1, 0)
    assert values["oldest_seconds"] >= 0
    assert nobody.returncode == 1


def test_check_drift__says_what_differs(seller: Seller, command: Command, upstream: ScriptedUpstream) -> None:
    linked(seller, email="a@example.com")
    acknowledged = UpstreamLink.objects.get().acknowledged
    upstream.answer = lambda request: (200, {"id": request.path.rpartition("/")[2], **acknowledged}, {})

    equal = command("check_drift", "acme")
    upstream.answer = lambda request: (200, {"id": request.path.rpartition("/")[2], "status": "suspended"}, {})
    differs = command("check_drift", "acme", "--sample", "1")

    assert equal.returncode == 0, equal.stderr
    assert "1 compared, 0 differ" in equal.stdout
    assert differs.returncode == 1
    assert "1 customers differ" in differs.stderr
    assert UpstreamLink.objects.get().drift["status"] == ["active", "suspended"]


@pytest.mark.parametrize("arguments", [("nobody",), ("acme",), ("acme", "--sample", "0"), ("acme", "--sample", "x")])
def test_check_drift__bad_input(command: Command, arguments: tuple[str, ...]) -> None:
    make_seller()

    done = command("check_drift", *arguments)

    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
