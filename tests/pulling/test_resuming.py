"""A pull that was killed goes on where it was, and tells in the end what all of it did."""

from __future__ import annotations

import random
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from customers.models import Customer, CustomerChange, UpstreamLink
from tests.parts import wait_for
from tests.pulling.running import Here, Pulled, kill
from tests.pulling.upstream import Gate
from tests.pulling.vendors import Vendor, Yativo

EMAIL = {"pexip_engage": "email", "yativo": "customer_email", "my_virtual_office": "email"}


def put_mixed(vendor: Vendor, count: int) -> list[str]:
    """Put customers of whom every fifth has no e-mail address; return their ids and some of nobody."""
    ids = vendor.put_many(count)
    for id in ids[4::5]:
        vendor.records[id][EMAIL[vendor.system]] = None
    return [*ids, "nobody", "no-one"]


def refused_of(vendor: Vendor) -> dict[str, Any]:
    """Return the records that must be refused, by id."""
    without = {id: one for id, one in vendor.records.items() if one[EMAIL[vendor.system]] is None}
    return {**without, "nobody": None, "no-one": None}


def kill_at_gate(here: Here, vendor: Vendor, free: int, *arguments: str) -> None:
    """Begin a pull, and kill it while call number `free` + 1 waits for its answer."""
    vendor.gate = Gate(free)
    process = here.start(vendor.system, *arguments)
    assert vendor.gate.reached.wait(60)
    kill(process)
    vendor.gate.opened.set()
    vendor.gate = None


def assert_whole(here: Here, vendor: Vendor) -> None:
    """Assert that everybody came once, and that every reject is noted once."""
    refused = refused_of(vendor)
    created = vendor.records.keys() - refused.keys()
    assert {link.upstream_id for link in UpstreamLink.objects.all()} == created
    assert Customer.objects.count() == CustomerChange.objects.count() == len(created)
    assert len(here.rejects()) == len(refused)
    assert {one["id"]: one["record"] for one in here.rejects()} == refused


def test_killed__goes_on(here: Here, vendor: Vendor) -> None:
    ids = put_mixed(vendor, 30)
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    for free in (0, 7, 6, 12):
        kill_at_gate(here, vendor, free, *arguments)

    pulled = here.pull(vendor.system, *arguments)

    assert (pulled.code, pulled.counts) == (1, (24, 0, 0, 8))
    assert sorted(pulled.reasons.values()) == [["c005", "c010", "c015", "c020", "c025"], ["nobody", "no-one"]]
    assert_whole(here, vendor)


def test_killed__does_not_ask_again_for_who_is_done(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(40)
    kill_at_gate(here, upstream, 30, *(part for id in ids for part in ("--id", id)))

    pulled = here.pull_ids(upstream.system, *ids)

    assert pulled.counts == (40, 0, 0, 0)
    assert [upstream.asked(id) for id in ids[:10]] == [1] * 10


def test_killed_anywhere__goes_on(here: Here, upstream: Vendor) -> None:
    ids = put_mixed(upstream, 60)
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    dice = random.Random(20)
    kills = 0
    upstream.gate = Gate(55)
    while True:
        process = here.start(upstream.system, *arguments)
        if not killed_while_it_writes(process, dice.randint(1, 8)):
            break
        kills += 1
        upstream.gate.opened.set()
    pulled = Pulled(0, *process.communicate(timeout=60))

    assert kills >= 1
    assert pulled.counts == (48, 0, 0, 14)
    again = here.pull(upstream.system, *arguments[:2])
    assert again.counts == (0, 0, 48, 14)
    assert_whole(here, upstream)


def killed_while_it_writes(process: subprocess.Popen[str], more: int) -> bool:
    """Kill the pull as soon as there are so many more customers; return whether it was not over before."""
    goal = min(Customer.objects.count() + more, 48)
    wait_for(lambda: Customer.objects.count() >= goal or process.poll() is not None)
    if process.poll() is not None or Customer.objects.count() == 48:
        return False
    kill(process)
    return True


@pytest.mark.parametrize("free", [2, 18], ids=["the first", "a later one"])
def test_killed__while_a_reject_was_written(here: Here, upstream: Vendor, free: int) -> None:
    """A line is on the disk before the database knows of it; the end can come in between, or within the line."""
    ids = put_mixed(upstream, 30)
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    kill_at_gate(here, upstream, free, *arguments)
    with Path(here.rejects_file).open("a", encoding="utf-8") as file:
        file.write('{"id": "c005", "reas')

    pulled = here.pull(upstream.system, *arguments)

    assert pulled.counts == (24, 0, 0, 8), pulled.stderr
    assert_whole(here, upstream)


def test_killed_updates__are_counted_once(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(20)
    here.pull_ids(upstream.system, *ids)
    for id in ids[::2]:
        upstream.rename(id, "Grace", "Hopper")
    kill_at_gate(here, upstream, 11, *(part for id in ids for part in ("--id", id)))

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (0, (0, 10, 10, 0))
    assert CustomerChange.objects.count() == 30


def test_restart__begins_anew(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(20)
    arguments = tuple(part for id in ids for part in ("--id", id))
    kill_at_gate(here, upstream, 12, *arguments)
    there = Customer.objects.count()

    pulled = here.pull(upstream.system, "--restart", *arguments)

    assert 1 <= there <= 12
    assert pulled.counts == (20 - there, 0, there, 0)
    assert upstream.asked("c001") == 2


def test_restart__never_doubles_the_rejects(here: Here, upstream: Vendor) -> None:
    """Whether it begins anew or is refused for the sake of the file: the same call again loses nobody."""
    ids = put_mixed(upstream, 30)
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    kill_at_gate(here, upstream, 12, *arguments)

    restarted = here.pull(upstream.system, "--restart", *arguments)
    again = here.pull(upstream.system, *arguments)

    assert (restarted.code, again.code) == (1, 1)
    assert_whole(here, upstream)


def test_finished__the_next_pull_is_a_new_one(here: Here, upstream: Vendor) -> None:
    ids = put_mixed(upstream, 5)
    here.pull(upstream.system, "--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    first = here.rejects()

    again = here.pull(upstream.system, "--ids-file", here.ids_file(ids), "--rejects", str(here.folder / "second"))

    assert again.counts == (0, 0, 4, 3)
    assert (here.folder / "second").read_text(encoding="utf-8").count("\n") == len(first) == 3
    assert_whole(here, upstream)


def test_finished__does_not_write_over_its_rejects(here: Here, upstream: Vendor) -> None:
    ids = put_mixed(upstream, 5)
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    here.pull(upstream.system, *arguments)

    again = here.pull(upstream.system, *arguments)

    assert again.code == 1
    assert len(again.stderr.splitlines()) == 1
    assert_whole(here, upstream)


def test_other_arguments__are_another_pull(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(20)
    arguments = tuple(part for id in ids for part in ("--id", id))
    kill_at_gate(here, upstream, 12, *arguments)

    other = here.pull_ids(upstream.system, "c001", "c020")
    pulled = here.pull(upstream.system, *arguments)

    assert sum(other.counts) == 2
    assert sum(pulled.counts) == 20
    assert Customer.objects.count() == CustomerChange.objects.count() == 20


def test_interrupted_by_people__says_so_and_goes_on(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(20)
    arguments = ("--ids-file", here.ids_file(ids))
    upstream.gate = Gate(12)
    process = here.start(upstream.system, *arguments)
    assert upstream.gate.reached.wait(60)
    process.send_signal(signal.SIGINT)
    _stdout, errors = process.communicate(timeout=60)
    upstream.gate.opened.set()
    upstream.gate = None

    pulled = here.pull(upstream.system, *arguments)

    assert (process.returncode, len(errors.splitlines())) == (130, 1)
    assert (pulled.code, pulled.counts) == (0, (20, 0, 0, 0))
    assert upstream.asked("c001") == 1


def test_two_at_once__nobody_comes_twice(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(30)
    arguments = ("--ids-file", here.ids_file(ids))
    upstream.gate = Gate(10)
    first = here.start(upstream.system, *arguments)
    assert upstream.gate.reached.wait(60)
    second = here.start(upstream.system, *arguments)
    upstream.gate.opened.set()
    errors = [process.communicate(timeout=60)[1] for process in (first, second)]

    pulled = here.pull(upstream.system, *arguments, "--restart")

    assert "Traceback" not in errors[0] + errors[1]
    assert pulled.counts == (0, 0, 30, 0)
    assert Customer.objects.count() == CustomerChange.objects.count() == 30


def test_list__goes_on(here: Here, yativo: Yativo) -> None:
    put_mixed(yativo, 250)
    del yativo.records["c250"]
    yativo.put("new", customer_email=None)
    arguments = ("--all", "--rejects", here.rejects_file)
    for free in (1, 1):
        kill_at_gate(here, yativo, free, *arguments)

    pulled = here.pull("yativo", *arguments)

    assert (pulled.code, pulled.counts) == (1, (200, 0, 0, 50))
    assert len({one["id"] for one in here.rejects()}) == len(here.rejects()) == 50
    assert Customer.objects.count() == CustomerChange.objects.count() == 200
