"""What people do here while the pull asks for a customer: it is neither overwritten nor kept waiting."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connections

from customers import services
from customers.delivery.connections import pause, resume
from customers.models import Connection, Customer, Seller
from tests.factory import make_actor, make_customer
from tests.pulling.running import Here
from tests.pulling.upstream import Answer, Request
from tests.pulling.vendors import PexipEngage, Vendor


def meanwhile(vendor: Vendor, id: str, act: Callable[[], object]) -> None:
    """Let something happen while the upstream thinks about its answer for this customer."""

    def answer(_request: Request) -> Answer:
        del vendor.special[id]
        try:
            act()
        finally:
            # This runs in a thread of the upstream, whose connections nobody else closes.
            connections.close_all()
        return vendor.found(vendor.records[id])

    vendor.special[id] = answer


def test_edited_meanwhile__stays(here: Here, vendor: Vendor) -> None:
    vendor.put("c1", name=("Ada", "Lovelace"))
    here.pull_ids(vendor.system, "c1")
    customer = here.customer("c1")
    vendor.rename("c1", "Grace", "Hopper")
    meanwhile(
        vendor, "c1", lambda: services.update_customer(customer, actor=make_actor(), company_name="Edited meanwhile")
    )

    pulled = here.pull_ids(vendor.system, "c1")

    customer.refresh_from_db()
    assert pulled.counts == (0, 1, 0, 0)
    assert (customer.first_name, customer.company_name) == ("Grace", "Edited meanwhile")


def test_deleted_meanwhile__stays_deleted(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")
    here.pull_ids(upstream.system, "c1")
    customer = here.customer("c1")
    upstream.rename("c1", "Grace", "Hopper")
    meanwhile(upstream, "c1", lambda: services.delete_customer(customer, actor=make_actor()))

    pulled = here.pull_ids(upstream.system, "c1")

    customer.refresh_from_db()
    assert (pulled.code, pulled.counts) == (1, (0, 0, 0, 1))
    assert customer.deleted_at is not None


def test_address_taken_meanwhile__is_refused(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(3)
    meanwhile(upstream, "c002", lambda: make_customer(here.seller, email="C002@example.com"))

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 1))
    assert Customer.objects.get(email="C002@example.com").source == "system"


def test_last_place_taken_meanwhile__is_refused(here: Here, upstream: Vendor) -> None:
    Seller.objects.filter(pk=here.seller.pk).update(customer_limit=2)
    ids = upstream.put_many(2)
    meanwhile(upstream, "c002", lambda: make_customer(here.seller))

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (1, 0, 0, 1))
    assert Seller.objects.get(pk=here.seller.pk).customer_count == 2


def test_restored_meanwhile__is_not_restored_twice(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1")
    here.pull_ids("pexip_engage", "c1")
    pexip.records["c1"]["deletedAt"] = "2022-08-17T19:05:21.362Z"
    here.pull_ids("pexip_engage", "c1")
    customer = here.customer("c1")
    pexip.records["c1"]["deletedAt"] = None
    meanwhile(pexip, "c1", lambda: services.restore_customer(customer, actor=make_actor()))

    pulled = here.pull_ids("pexip_engage", "c1")

    customer.refresh_from_db()
    assert (pulled.code, pulled.counts[3]) == (0, 0)
    assert customer.deleted_at is None
    assert Seller.objects.get(pk=here.seller.pk).customer_count == 1


def test_paused_meanwhile__stops_and_goes_on_later(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(3)
    connection = Connection.objects.get()
    meanwhile(vendor, ids[1], lambda: pause(connection))

    stopped = here.pull_ids(vendor.system, *ids)
    resume(connection)
    again = here.pull_ids(vendor.system, *ids)

    assert (stopped.code, stopped.counts) == (1, (2, 0, 0, 0))
    assert "paused" in stopped.stderr
    assert (again.code, again.counts) == (0, (3, 0, 0, 0))
