"""How the command is called, and what people see of it."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from pathlib import Path

import pytest

from customers.delivery import connections
from customers.models import Connection, Customer
from tests.parts import ROOT, environment, manage
from tests.pulling.running import Here
from tests.pulling.vendors import PexipEngage, Vendor, Yativo


def test_ids__doubled_count_once(here: Here, upstream: Vendor) -> None:
    upstream.put_many(2)

    pulled = here.pull_ids(upstream.system, "c001", "c002", "c001", "nobody", "nobody")

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 1))
    assert [upstream.asked(id) for id in ("c001", "c002", "nobody")] == [1, 1, 1]


def test_ids__from_a_file_as_people_write_it(here: Here, upstream: Vendor) -> None:
    upstream.put_many(3)
    path = here.folder / "ids.txt"
    path.write_bytes(b"c001\r\n\n  c002  \nc001\n\t\nc003")

    pulled = here.pull(upstream.system, "--ids-file", str(path))

    assert (pulled.code, pulled.counts) == (0, (3, 0, 0, 0))


def test_ids__are_one_part_of_the_address(here: Here, pexip: PexipEngage) -> None:
    for id in ("a/b c", "ü?x=1#y", "...", "%2F"):
        pexip.put(id, email=f"c{len(pexip.records)}@example.com")

    pulled = here.pull_ids("pexip_engage", *pexip.records)

    assert (pulled.code, pulled.counts) == (0, (4, 0, 0, 0))


def test_ids__that_no_address_can_carry_are_refused(here: Here, upstream: Vendor) -> None:
    upstream.put_many(1)

    pulled = here.pull_ids(upstream.system, "..", "c001", ".")

    assert (pulled.code, pulled.counts) == (1, (1, 0, 0, 2))
    assert upstream.asked("c001") == 1


def test_output__the_totals_then_a_line_for_each_reason(here: Here, upstream: Vendor) -> None:
    upstream.put_many(2)

    pulled = here.pull_ids(upstream.system, "c001", "nobody", "c002", "no-one")

    totals, reason = pulled.stdout.splitlines()[-2:]
    assert totals == f"{upstream.system} → acme: 2 created, 0 updated, 0 unchanged, 2 refused."
    assert reason.startswith("  2 × ")
    assert reason.endswith(" (nobody, no-one)")


def test_output__the_first_ids_of_many(here: Here, upstream: Vendor) -> None:
    pulled = here.pull_ids(upstream.system, *(f"n{number}" for number in range(12)))

    assert pulled.stdout.splitlines()[-1].startswith("  12 × ")
    assert pulled.stdout.splitlines()[-1].endswith(" (n0, n1, n2, n3, n4, …)")


def test_rejects__hold_the_record_as_it_was_sent(here: Here, yativo: Yativo) -> None:
    record = yativo.put("c1", customer_email=None, surprise={"kept": [1, 2.5, None, True, "ü😀"]})
    yativo.put("c2")

    pulled = here.pull("yativo", "--id", "c1", "--id", "c2", "--id", "nobody", "--rejects", here.rejects_file)

    refused, missing = here.rejects()
    assert list(refused) == ["id", "reason", "record"]
    assert (refused["id"], refused["record"]) == ("c1", record)
    assert (missing["id"], missing["record"]) == ("nobody", None)
    assert {one["reason"] for one in (refused, missing)} == set(pulled.reasons)


def test_progress__is_shown_to_people(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(3)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    path = Path(here.ids_file(ids))

    command, variables = here.command(upstream.system, "--ids-file", str(path)), environment(**here.variables)
    done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=theirs, timeout=60)
    shown = os.read(ours, 65536).decode()
    os.close(theirs)
    os.close(ours)

    assert done.returncode == 0
    assert "3/3" in shown
    assert "3/3" not in done.stdout.decode()


def test_paused_by_hand__refuses(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")
    connections.pause(Connection.objects.get())

    refused = here.pull_ids(upstream.system, "c1")
    connections.resume(Connection.objects.get())
    pulled = here.pull_ids(upstream.system, "c1")

    assert refused.code == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert upstream.asked("c1") == 1
    assert pulled.counts == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("yativo", "--seller", "acme"), {2}),
        (("nothing", "--seller", "acme", "--id", "c1"), {2}),
        (("yativo", "--id", "c1"), {2}),
        (("yativo", "--seller", "acme", "--all", "--id", "c1"), {2}),
        (("pexip_engage", "--seller", "acme", "--all"), {1, 2}),
        (("my_virtual_office", "--seller", "acme", "--all"), {1, 2}),
        (("yativo", "--seller", "nobody", "--id", "c1"), {1, 2}),
        (("my_virtual_office", "--seller", "acme", "--id", "c1"), {1, 2}),
        (("yativo", "--seller", "acme", "--ids-file", "there/is/none"), {1, 2}),
    ],
    ids=str,
)
def test_wrong_call__is_one_line(
    here: Here, pexip: PexipEngage, yativo: Yativo, arguments: tuple[str, ...], codes: set[int]
) -> None:
    done = manage("pull_customers", *arguments, **here.variables)

    assert done.returncode in codes
    assert len(done.stderr.strip().splitlines()) == 1
    assert pexip.requests + yativo.requests == []
    assert not Customer.objects.exists()
