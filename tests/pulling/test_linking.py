"""A customer who was pulled stays the same one: what comes later, who is said to have changed what, what is sent on."""

from __future__ import annotations

from typing import Any

import pytest

from customers import services
from customers.models import Connection, Customer, CustomerChange, OutboxEntry, UpstreamLink
from tests.factory import make_actor, make_customer, make_seller
from tests.parts import manage
from tests.pulling.running import Here
from tests.pulling.vendors import MyVirtualOffice, PexipEngage, Vendor, Yativo


def edit(customer: Customer, **changes: Any) -> Customer:
    return services.update_customer(customer, actor=make_actor(), **changes)


def test_pull__creates_links_and_says_who(here: Here, vendor: Vendor) -> None:
    vendor.put("c1", name=("Ada", "Lovelace"), email="ada@example.com")

    pulled = here.pull_ids(vendor.system, "c1")

    customer = here.customer("c1")
    assert (pulled.code, pulled.counts) == (0, (1, 0, 0, 0))
    assert (customer.first_name, customer.last_name, customer.email) == ("Ada", "Lovelace", "ada@example.com")
    link = UpstreamLink.objects.get()
    assert (link.seller, link.customer, link.system) == (here.seller, customer, vendor.system)
    change = CustomerChange.objects.get()
    assert (change.action, change.source, change.system) == ("created", "pull", vendor.system)
    assert customer.source == "pull"


def test_second_pull__changes_nothing(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(3)
    here.pull_ids(vendor.system, *ids)
    before = list(Customer.objects.order_by("pk").values())

    again = here.pull_ids(vendor.system, *ids)

    assert (again.code, again.counts) == (0, (0, 0, 3, 0))
    assert list(Customer.objects.order_by("pk").values()) == before
    assert CustomerChange.objects.count() == 3


def test_changed_there__is_taken_over(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(3)
    here.pull_ids(vendor.system, *ids)
    vendor.rename("c002", "Grace", "Hopper")

    again = here.pull_ids(vendor.system, *ids)

    assert (again.code, again.counts) == (0, (0, 1, 2, 0))
    assert (here.customer("c002").first_name, here.customer("c002").last_name) == ("Grace", "Hopper")
    change = CustomerChange.objects.latest("id")
    assert (change.action, change.source, change.system) == ("updated", "pull", vendor.system)
    assert set(change.changes) == {"first_name", "last_name"}


def test_changed_here__stays(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", name=("Ada", "Lovelace"))
    here.pull_ids(upstream.system, "c1")
    edit(here.customer("c1"), email="new@example.com", status="suspended")

    again = here.pull_ids(upstream.system, "c1")

    assert again.counts == (0, 0, 1, 0)
    assert (here.customer("c1").email, here.customer("c1").status) == ("new@example.com", "suspended")


def test_changed_on_both_sides__each_keeps_its_own(here: Here, vendor: Vendor) -> None:
    vendor.put("c1", name=("Ada", "Lovelace"))
    here.pull_ids(vendor.system, "c1")
    edit(here.customer("c1"), email="new@example.com", company_name="Changed here")
    vendor.rename("c1", "Grace", "Hopper")

    again = here.pull_ids(vendor.system, "c1")

    customer = here.customer("c1")
    assert again.counts == (0, 1, 0, 0)
    assert (customer.first_name, customer.email) == ("Grace", "new@example.com")
    assert customer.company_name == "Changed here"


def test_the_same_member_changed_on_both_sides__theirs_is_taken_once(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", name=("Ada", "Lovelace"))
    here.pull_ids(upstream.system, "c1")
    edit(here.customer("c1"), first_name="Here")
    upstream.rename("c1", "There", "Lovelace")

    taken = here.pull_ids(upstream.system, "c1")
    edit(here.customer("c1"), first_name="Here again")
    again = here.pull_ids(upstream.system, "c1")

    assert (taken.counts, again.counts) == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert here.customer("c1").first_name == "Here again"


def test_same_change_on_both_sides__is_none(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", name=("Ada", "Lovelace"))
    here.pull_ids(upstream.system, "c1")
    edit(here.customer("c1"), first_name="Grace")
    upstream.rename("c1", "Grace", "Lovelace")

    again = here.pull_ids(upstream.system, "c1")

    assert again.counts == (0, 0, 1, 0)
    assert CustomerChange.objects.count() == 2


def test_new_email_there__is_the_same_customer(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1")
    here.pull_ids("pexip_engage", "c1")
    before = here.customer("c1").pk
    pexip.records["c1"]["email"] = "renamed@example.com"

    again = here.pull_ids("pexip_engage", "c1")

    assert again.counts == (0, 1, 0, 0)
    assert (here.customer("c1").pk, here.customer("c1").email) == (before, "renamed@example.com")


def test_members_that_the_system_does_not_know__stay(here: Here, yativo: Yativo) -> None:
    address = {"city": "Anytown", "state": None, "zipcode": "12345", "street": "Elm Street", "number": "5"}
    yativo.put("c1", customer_country="USA", customer_address={**address, "country": "USA"})
    here.pull_ids("yativo", "c1")
    customer = here.customer("c1")
    edit(customer, address_data={**(customer.address_data or {}), "street2": "Rear building"}, notes="Rings twice")
    yativo.records["c1"]["customer_address"]["city"] = "Othertown"

    again = here.pull_ids("yativo", "c1")

    customer = here.customer("c1")
    assert again.counts == (0, 1, 0, 0)
    assert customer.address_data is not None
    assert (customer.address_data["city"], customer.address_data["street2"]) == ("Othertown", "Rear building")
    assert customer.notes == "Rings twice"


def test_two_systems__one_link_each(here: Here, pexip: PexipEngage, yativo: Yativo) -> None:
    pexip.put("same", email="one@example.com")
    yativo.put("same", email="two@example.com")

    counts = [here.pull_ids("pexip_engage", "same").counts, here.pull_ids("yativo", "same").counts]

    assert counts == [(1, 0, 0, 0), (1, 0, 0, 0)]
    links = UpstreamLink.objects.order_by("system").values_list("system", "upstream_id", "customer__email")
    assert list(links) == [("pexip_engage", "same", "one@example.com"), ("yativo", "same", "two@example.com")]


def test_two_sellers__are_apart(here: Here, upstream: Vendor) -> None:
    other = Here(make_seller("other"), here.folder, here.variables)
    other.connect(upstream.system, **upstream.options)
    upstream.put("c1")

    counts = [one.pull_ids(upstream.system, "c1").counts for one in (here, other)]

    assert counts == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert here.customer("c1").seller == here.seller
    assert other.customer("c1").seller == other.seller


@pytest.mark.parametrize("name", ["pexip", "yativo"])
def test_outbox__changes_are_sent_on_to_my_virtual_office(
    request: pytest.FixtureRequest, here: Here, office: MyVirtualOffice, name: str
) -> None:
    vendor: Vendor = request.getfixturevalue(name)
    vendor.put("c1")

    here.pull_ids(vendor.system, "c1")
    created = list(OutboxEntry.objects.values_list("system", "version", "state"))
    vendor.rename("c1", "Grace", "Hopper")
    here.pull_ids(vendor.system, "c1")

    assert created == [("my_virtual_office", 1, "pending")]
    assert list(OutboxEntry.objects.values_list("system", "version", "state")) == [("my_virtual_office", 2, "pending")]


def test_outbox__nothing_goes_back_to_where_it_came_from(here: Here, vendor: Vendor) -> None:
    vendor.put("c1")

    here.pull_ids(vendor.system, "c1")
    vendor.rename("c1", "Grace", "Hopper")
    here.pull_ids(vendor.system, "c1")

    assert not OutboxEntry.objects.exists()


def test_outbox__an_edit_of_who_was_pulled_updates_them_there(here: Here, office: MyVirtualOffice) -> None:
    office.put("c1")
    here.pull_ids("my_virtual_office", "c1")
    edit(here.customer("c1"), company_name="Edited here")
    office.first = lambda request: (200, {**office.records["c1"], **request.json}, {}) if request.content else None

    done = manage("deliver_outbox", **here.variables)

    sent = [(one.method, one.path, one.json) for one in office.requests if one.content]
    assert (done.returncode, sent) == (0, [("PATCH", "/api/customers/c1", {"company_name": "Edited here"})])
    assert OutboxEntry.objects.get().state == "delivered"


def test_connection__that_only_reads_sends_nothing(here: Here, pexip: PexipEngage, yativo: Yativo) -> None:
    make_customer(here.seller)

    assert not OutboxEntry.objects.exists()
    assert not any(Connection.objects.values_list("pushes", flat=True))
