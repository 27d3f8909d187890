"""--dry-run says what a pull would do, and does nothing."""

from __future__ import annotations

from typing import Any

from customers.models import Customer, CustomerChange, OutboxEntry, Seller, UpstreamLink
from tests.factory import make_customer
from tests.pulling.running import Here, kill
from tests.pulling.upstream import Gate
from tests.pulling.vendors import MyVirtualOffice, PexipEngage, Vendor


def everything() -> list[Any]:
    """Return all rows that a pull may write."""
    models: tuple[Any, ...] = (Customer, CustomerChange, UpstreamLink, OutboxEntry, Seller)
    return [list(model.objects.order_by("pk").values()) for model in models]


def assert_like_the_real_one(here: Here, system: str, *ids: str, counts: tuple[int, int, int, int]) -> None:
    """Assert that a dry run says these counts and writes nothing, and that the pull then says the same."""
    before = everything()

    dry = here.pull(system, "--dry-run", *(part for id in ids for part in ("--id", id)))
    written = everything()
    real = here.pull_ids(system, *ids)

    assert written == before
    assert (dry.code, dry.counts, dry.reasons) == (real.code, counts, real.reasons)
    assert real.counts == counts
    assert everything() != before


def test_dry_run__counts_like_the_real_one(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(6)
    here.pull_ids(vendor.system, *ids[:3])
    vendor.rename("c001", "Grace", "Hopper")
    make_customer(here.seller, email="c006@example.com")

    assert_like_the_real_one(here, vendor.system, *ids, "nobody", counts=(2, 1, 2, 2))


def test_dry_run__two_with_one_address(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", email="ada@example.com")
    upstream.put("c2", email="Ada@example.com")

    assert_like_the_real_one(here, upstream.system, "c1", "c2", counts=(1, 0, 0, 1))


def test_dry_run__an_address_that_becomes_free(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", email="first@example.com")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["email"] = "renamed@example.com"
    pexip.put("c2", email="first@example.com")

    assert_like_the_real_one(here, "pexip_engage", "c1", "c2", counts=(1, 1, 0, 0))


def test_dry_run__an_address_that_is_taken_by_a_change(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", email="first@example.com")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["email"] = "second@example.com"
    pexip.put("c2", email="second@example.com")

    assert_like_the_real_one(here, "pexip_engage", "c1", "c2", counts=(0, 1, 0, 1))


def test_dry_run__a_place_that_becomes_free(here: Here, pexip: PexipEngage) -> None:
    Seller.objects.filter(pk=here.seller.pk).update(customer_limit=1)
    pexip.put("c1", email="first@example.com")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["deletedAt"] = "2022-08-17T19:05:21.362Z"
    pexip.put("c2", email="first@example.com")

    assert_like_the_real_one(here, "pexip_engage", "c1", "c2", counts=(1, 1, 0, 0))


def test_dry_run__a_plan_that_becomes_full(here: Here, upstream: Vendor) -> None:
    Seller.objects.filter(pk=here.seller.pk).update(customer_limit=2)
    ids = upstream.put_many(4)

    assert_like_the_real_one(here, upstream.system, *ids, counts=(2, 0, 0, 2))


def test_dry_run__deleted_and_restored(here: Here, pexip: PexipEngage) -> None:
    pexip.put_many(3)
    here.pull_ids("pexip_engage", "c001", "c002")
    pexip.records["c001"]["deletedAt"] = "2022-08-17T19:05:21.362Z"
    here.pull_ids("pexip_engage", "c001")
    pexip.records["c001"]["deletedAt"] = None
    pexip.records["c002"]["deletedAt"] = pexip.records["c003"]["deletedAt"] = "2022-08-17T19:05:21.362Z"

    assert_like_the_real_one(here, "pexip_engage", "c001", "c002", "c003", counts=(0, 2, 0, 1))


def test_dry_run__sends_nothing_on(here: Here, office: MyVirtualOffice, pexip: PexipEngage) -> None:
    pexip.put("c1")

    here.pull("pexip_engage", "--id", "c1", "--dry-run")

    assert not OutboxEntry.objects.exists()
    assert office.requests == []


def test_dry_run__does_not_disturb_a_pull_that_was_killed(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(20)
    arguments = tuple(part for id in ids for part in ("--id", id))
    upstream.gate = Gate(12)
    process = here.start(upstream.system, *arguments)
    assert upstream.gate.reached.wait(60)
    kill(process)
    upstream.gate.opened.set()
    upstream.gate = None

    dry = here.pull(upstream.system, *arguments, "--dry-run")
    real = here.pull(upstream.system, *arguments)

    assert sum(dry.counts) == 20
    assert real.counts == (20, 0, 0, 0)
    assert upstream.asked("c001") == 2
