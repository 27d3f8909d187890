"""Frontdesk as the other system: what its document can carry arrives, and is served again as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from customers import services
from customers.models import Address, Customer, CustomerChange, Seller
from customers.models.names import join_name
from tests.factory import make_actor, make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.pulling.people import people
from tests.pulling.running import Here

COUNT = 100
#: What each shows differently; the country of a pulled address is written as the code that was sent.
MADE_NEW = {
    "pexip_engage": ("id", "createdAt", "updatedAt"),
    "yativo": ("customer_id",),
    "my_virtual_office": ("id", "seller_id", "source", "created_at", "updated_at"),
}
PATHS = {
    "pexip_engage": "/enterprises/{seller}/customers/{id}",
    "yativo": "/api/v1/customer/{id}",
    "my_virtual_office": "/api/customers/{id}",
}


@dataclass
class There:
    """The seller `there` of the same site, from whom `here` pulls with a key that may only read."""

    system: str
    site: Site
    here: Here
    seller: Seller

    def __post_init__(self) -> None:
        addresses = {"YATIVO_URL": "/api/v1", "PEXIP_ENGAGE_URL": "", "MY_VIRTUAL_OFFICE_URL": ""}
        self.here.variables |= {name: self.site.url + path for name, path in addresses.items()}
        self.keys = {one.slug: make_api_key(one, scopes=["read"])[1] for one in (self.seller, self.here.seller)}
        options = {"enterprise": self.seller.slug} if self.system == "pexip_engage" else {}
        self.here.connect(self.system, self.keys[self.seller.slug], **options)

    def fill(self, count: int = COUNT) -> list[Customer]:
        return [make_customer(self.seller, **fields) for fields in people(count, seed=7)]

    def pull(self, customers: list[Customer]) -> tuple[int, int, int, int]:
        path = self.here.ids_file([str(one.pk) for one in customers])
        pulled = self.here.pull(self.system, "--ids-file", path)
        assert pulled.code == 0, pulled.stdout + pulled.stderr
        return pulled.counts

    def pairs(self, customers: list[Customer]) -> list[tuple[Customer, Customer]]:
        """Return each customer with the one that was made of them."""
        return [(one, self.here.customer(str(one.pk))) for one in customers]

    def served(self, customer: Customer) -> Any:
        """Return the customer as the site shows them, without what is new for each."""
        address = self.site.url + PATHS[self.system].format(seller=customer.seller.slug, id=customer.pk)
        headers = {"Authorization": f"Bearer {self.keys[customer.seller.slug]}"}
        answer = requests.get(address, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        data = answer.json().get("data", answer.json())
        record = data[0] if isinstance(data, list) else data
        if record.get("location"):
            lines = record["location"]["formattedAddress"].split(", ")
            record["location"]["formattedAddress"] = lines[:-1]
        return {name: value for name, value in record.items() if name not in MADE_NEW[self.system]}


@pytest.fixture
def make_there(site: Site, here: Here) -> Callable[..., There]:
    def make(system: str, **fields: Any) -> There:
        return There(system, site, here, make_seller("there", **{"time_zone": "Asia/Tokyo", **fields}))

    return make


@pytest.fixture(params=PATHS)
def there(request: Any, make_there: Callable[..., There]) -> There:
    return make_there(request.param)


def test_everything__is_served_again_as_it_was(there: There) -> None:
    customers = there.fill()

    counts = there.pull(customers)

    assert counts == (COUNT, 0, 0, 0)
    for theirs, ours in there.pairs(customers):
        assert there.served(ours) == there.served(theirs)


def test_everything__again_is_unchanged(there: There) -> None:
    customers = there.fill(40)
    there.pull(customers)
    changes = CustomerChange.objects.count()

    counts = there.pull(customers)

    assert counts == (0, 0, 40, 0)
    assert CustomerChange.objects.count() == changes


def test_everything__changed_there_follows(there: There) -> None:
    customers = there.fill(40)
    there.pull(customers)
    for customer, fields in zip(customers, people(40, seed=8), strict=True):
        services.update_customer(customer, actor=make_actor(), **{**fields, "email": f"new-{fields['email']}"})

    counts = there.pull(customers)

    assert counts == (0, 40, 0, 0)
    for theirs, ours in there.pairs(customers):
        assert there.served(ours) == there.served(Customer.objects.get(pk=theirs.pk))


def test_pexip_engage__every_field(make_there: Callable[..., There]) -> None:
    there = make_there("pexip_engage")
    customers = there.fill()
    texts = ("first_name", "last_name", "email", "company_name", "language", "notes")
    others = ("phone_number", "existing", "external_id", "customer_number")

    there.pull(customers)

    for theirs, ours in there.pairs(customers):
        found = {name: getattr(ours, name) for name in (*texts, *others)}
        assert found == {name: getattr(theirs, name) for name in (*texts, *others)}
        assert ours.time_zone == (theirs.time_zone or "Asia/Tokyo")
        carried = {"city", "street", "country", "latitude", "longitude"} <= (theirs.address_data or {}).keys()
        assert (ours.address_data is not None) == carried


def test_pexip_engage__translations_whatever_the_sellers_languages(make_there: Callable[..., There]) -> None:
    there = make_there("pexip_engage", default_language="el")
    customers = there.fill()

    there.pull(customers)

    shown = [
        (there.served(ours)["location"], there.served(theirs)["location"]) for theirs, ours in there.pairs(customers)
    ]
    assert any(theirs for _ours, theirs in shown)
    for ours, theirs in shown:
        assert (ours or {}).get("translations") == (theirs or {}).get("translations")


def test_pexip_engage__deleted_and_restored(make_there: Callable[..., There]) -> None:
    there = make_there("pexip_engage")
    customers = there.fill(5)
    there.pull(customers)
    services.delete_customer(customers[0], actor=make_actor())
    deleted = there.pull(customers)
    gone = [one.deleted_at is not None for _theirs, one in there.pairs(customers)]
    services.restore_customer(customers[0], actor=make_actor())

    restored = there.pull(customers)

    assert (deleted, restored) == ((0, 1, 4, 0), (0, 1, 4, 0))
    assert gone == [True, False, False, False, False]
    assert all(one.deleted_at is None for _theirs, one in there.pairs(customers))


def test_yativo__every_field(make_there: Callable[..., There]) -> None:
    there = make_there("yativo")
    customers = there.fill()

    there.pull(customers)

    members = ("city", "state", "postal_code", "street", "number")
    for theirs, ours in there.pairs(customers):
        assert join_name(ours.first_name, ours.last_name) == join_name(theirs.first_name, theirs.last_name)
        assert ours.status == ("active" if theirs.status == "active" else "inactive")
        same = ("email", "phone_number", "can_create_vc", "can_create_va")
        assert [getattr(ours, name) for name in same] == [getattr(theirs, name) for name in same]
        addresses = [(one.address_data or {}) for one in (ours, theirs)]
        assert [addresses[0].get(name) for name in members] == [addresses[1].get(name) for name in members]


def test_yativo__all(make_there: Callable[..., There]) -> None:
    there = make_there("yativo")
    customers = there.fill()
    make_customer(make_seller("third"))

    pulled = there.here.pull("yativo", "--all")

    assert (pulled.code, pulled.counts) == (0, (COUNT, 0, 0, 0))
    assert len(there.pairs(customers)) == COUNT


def test_my_virtual_office__every_field(make_there: Callable[..., There]) -> None:
    there = make_there("my_virtual_office")
    customers = there.fill()
    fields = ("first_name", "last_name", "email", "company_name", "legal_entity", "language", "status")
    members = ("street", "city", "postal_code", "country")

    there.pull(customers)

    for theirs, ours in there.pairs(customers):
        assert [getattr(ours, name) for name in fields] == [getattr(theirs, name) for name in fields]
        for name in ("address_data", "postal_redirect_address"):
            mine, yours = getattr(ours, name) or {}, getattr(theirs, name) or {}
            known = {member: yours[member] for member in members if member in yours}
            if "street" in known:
                # The documents know no number apart from the street.
                known["street"] = Address.from_json(yours).street_line()
            assert mine == known


def test_key__that_was_revoked_stops(there: There) -> None:
    customers = there.fill(5)
    there.pull(customers[:2])
    for key in there.seller.api_keys.all():
        services.revoke_api_key(key.prefix)

    pulled = there.here.pull_ids(there.system, *(str(one.pk) for one in customers))

    assert pulled.code == 1
    assert len(there.here.customers()) == 2
