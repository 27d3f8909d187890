"""Customers who cannot be taken over: each is refused alone, with a reason that people understand."""

from __future__ import annotations

from typing import Any

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_actor, make_customer
from tests.pulling.running import Here, Pulled
from tests.pulling.upstream import always
from tests.pulling.vendors import MyVirtualOffice, PexipEngage, Vendor, Yativo

EMAIL = {"pexip_engage": "email", "yativo": "customer_email", "my_virtual_office": "email"}
ADDRESS = {"city": "Anytown", "state": None, "zipcode": "1", "street": "Elm Street", "number": None}


def assert_refused(pulled: Pulled, *ids: str, because: str, beside: int = 0) -> None:
    """Assert that these are refused, each with a reason that says so, and `beside` others created."""
    assert (pulled.code, pulled.counts) == (1, (beside, 0, 0, len(ids)))
    assert all(because in reason.lower() for reason in pulled.reasons), pulled.reasons
    shown = [id for some in pulled.reasons.values() for id in some]
    assert sorted(shown) == sorted(ids)[: len(shown)]
    assert len(shown) >= min(5, len(ids))


def test_email__missing(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(4)
    vendor.records["c002"][EMAIL[vendor.system]] = None
    vendor.records["c003"][EMAIL[vendor.system]] = ""

    pulled = here.pull_ids(vendor.system, *ids)

    assert_refused(pulled, "c002", "c003", because="e-mail", beside=2)


def test_email__not_one(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", email="[email protected]")

    pulled = here.pull_ids(upstream.system, "c1")

    assert_refused(pulled, "c1", because="e-mail")
    assert not Customer.objects.exists()


def test_email__taken_by_somebody_who_is_not_linked(here: Here, upstream: Vendor) -> None:
    here_already = make_customer(here.seller, email="Ada@Example.com", first_name="Kept")
    upstream.put("c1", email="ada@example.com")
    upstream.put("c2")

    pulled = here.pull_ids(upstream.system, "c1", "c2")

    assert_refused(pulled, "c1", because="e-mail", beside=1)
    here_already.refresh_from_db()
    assert (here_already.first_name, here_already.version) == ("Kept", 1)


def test_email__of_two_there(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", email="ada@example.com")
    upstream.put("c2", email="ADA@example.com")

    pulled = here.pull_ids(upstream.system, "c1", "c2")

    assert_refused(pulled, "c2", because="e-mail", beside=1)


def test_email__changed_there_to_one_that_is_taken(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1")
    here.pull_ids("pexip_engage", "c1")
    make_customer(here.seller, email="taken@example.com")
    pexip.records["c1"].update(email="taken@example.com", company="Not taken over either")

    pulled = here.pull_ids("pexip_engage", "c1")

    assert_refused(pulled, "c1", because="e-mail")
    assert (here.customer("c1").email, here.customer("c1").company_name) == ("c1@example.com", None)


def test_language__unknown(here: Here, pexip: PexipEngage) -> None:
    for language in ("it", "EN", "english", "pt-BR"):
        pexip.put(language, language=language)
    pexip.put("c2")

    pulled = here.pull_ids("pexip_engage", "it", "EN", "c2", "english", "pt-BR")

    assert_refused(pulled, "it", "EN", "english", "pt-BR", because="language", beside=1)


def test_language__unknown_to_the_record(here: Here, office: MyVirtualOffice) -> None:
    office.put("c1", language="it")

    pulled = here.pull_ids("my_virtual_office", "c1")

    assert_refused(pulled, "c1", because="language")


def test_country__unknown(here: Here, yativo: Yativo) -> None:
    for country in ("XX", "Atlantis", "ZZZ"):
        yativo.put(country, customer_country=country, customer_address={**ADDRESS, "country": country})
    yativo.put("c2")

    pulled = here.pull_ids("yativo", "XX", "Atlantis", "c2", "ZZZ")

    assert_refused(pulled, "XX", "Atlantis", "ZZZ", because="country", beside=1)


def test_status__unknown(here: Here, yativo: Yativo) -> None:
    for number, status in enumerate(["blocked", "ACTIVE", "", "suspended", 1]):
        yativo.put(f"c{number}", customer_status=status)
    yativo.put("good")

    pulled = here.pull_ids("yativo", *yativo.records)

    assert (pulled.code, pulled.counts) == (1, (1, 0, 0, 5))


def test_not_found(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(2)

    pulled = here.pull_ids(vendor.system, "nobody", *ids, "nobody-else")

    assert_refused(pulled, "nobody", "nobody-else", because="no such customer", beside=2)


def test_not_found__any_more(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")
    here.pull_ids(upstream.system, "c1")
    del upstream.records["c1"]

    pulled = here.pull_ids(upstream.system, "c1")

    assert_refused(pulled, "c1", because="no such customer")
    assert here.customer("c1").deleted_at is None


NONSENSE: tuple[Any, ...] = (
    *(b"", b"{", b"<html>OK</html>", b"\xff"),
    *(None, [], "text", 7, {}, {"data": None}, {"data": 5}, {"data": [[]]}),
)


def test_body__that_makes_no_sense(here: Here, vendor: Vendor) -> None:
    good = vendor.put_many(len(NONSENSE))
    bad = [f"bad{number:02}" for number in range(len(NONSENSE))]
    vendor.special = {id: always(200, body) for id, body in zip(bad, NONSENSE, strict=True)}

    pulled = here.pull_ids(vendor.system, *(id for pair in zip(bad, good, strict=True) for id in pair))

    assert_refused(pulled, *bad, because="does not show this customer", beside=len(good))
    assert [one.email for one in here.customers()] == [f"{id}@example.com" for id in good]


def test_body__that_shows_somebody_else(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(2)
    vendor.special["c002"] = lambda _request: vendor.found(vendor.records["c001"])

    pulled = here.pull_ids(vendor.system, "c002", *ids)

    assert_refused(pulled, "c002", because="does not show this customer", beside=1)


def test_plan__is_full(here: Here, upstream: Vendor) -> None:
    Seller.objects.filter(pk=here.seller.pk).update(customer_limit=3)
    ids = upstream.put_many(5)

    pulled = here.pull_ids(upstream.system, *ids)

    assert_refused(pulled, "c004", "c005", because="plan", beside=3)
    assert Seller.objects.get(pk=here.seller.pk).customer_count == 3


def test_plan__full_does_not_keep_updates_back(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(2)
    here.pull_ids(upstream.system, *ids)
    Seller.objects.filter(pk=here.seller.pk).update(customer_limit=2)
    upstream.rename("c001", "Grace", "Hopper")
    upstream.put("c3")

    pulled = here.pull_ids(upstream.system, "c3", *ids)

    assert (pulled.code, pulled.counts) == (1, (0, 1, 1, 1))


def test_names__both_missing(here: Here, pexip: PexipEngage) -> None:
    pexip.put("c1", firstName=None, lastName=None)
    pexip.put("c2")

    pulled = here.pull_ids("pexip_engage", "c1", "c2")

    assert_refused(pulled, "c1", because="name", beside=1)


def test_name__missing(here: Here, yativo: Yativo) -> None:
    for number, name in enumerate([None, "", "  "]):
        yativo.put(f"c{number}", customer_name=name)

    pulled = here.pull_ids("yativo", "c0", "c1", "c2")

    assert_refused(pulled, "c0", "c1", "c2", because="name")


def test_name__too_long_for_the_record(here: Here, upstream: Vendor) -> None:
    upstream.put("c1", name=("x" * 101, "Doe"))
    upstream.put("c2", name=("😀" * 100, "Doe"))

    pulled = here.pull_ids(upstream.system, "c1", "c2")

    assert (pulled.code, pulled.counts) == (1, (1, 0, 0, 1))
    assert here.customer("c2").first_name == "😀" * 100


def test_deleted_here_by_staff__stays_deleted(here: Here, vendor: Vendor) -> None:
    vendor.put("c1")
    here.pull_ids(vendor.system, "c1")
    services.delete_customer(here.customer("c1"), actor=make_actor())
    changes = CustomerChange.objects.count()
    vendor.rename("c1", "Grace", "Hopper")

    pulled = here.pull_ids(vendor.system, "c1")

    assert_refused(pulled, "c1", because="deleted")
    assert here.customer("c1").deleted_at is not None
    assert CustomerChange.objects.count() == changes


def test_reasons__several_one_line_each(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(2)
    upstream.records["c002"][EMAIL[upstream.system]] = None

    pulled = here.pull_ids(upstream.system, *ids, "nobody", "no-one")

    assert pulled.counts == (1, 0, 0, 3)
    assert sorted(pulled.reasons.values()) == [["c002"], ["nobody", "no-one"]]
    assert f"{upstream.system} → acme: 1 created, 0 updated, 0 unchanged, 3 refused." in pulled.stdout.splitlines()
