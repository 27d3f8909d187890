"""My Virtual Office's customers, by their ids: the system that changes also are sent to."""

from __future__ import annotations

from typing import Any

from customers import services
from customers.models import OutboxEntry, UpstreamLink
from tests.factory import make_actor, make_customer
from tests.parts import manage
from tests.pulling.running import Here, document
from tests.pulling.upstream import Answer, Request, always
from tests.pulling.vendors import MyVirtualOffice

ADDRESS = {"street": "Musterstraße 123", "city": "Berlin", "postal_code": "10115", "country": "Germany"}


def edit(here: Here, id: str, **changes: Any) -> None:
    services.update_customer(here.customer(id), actor=make_actor(), **changes)


def takes_everything(office: MyVirtualOffice) -> None:
    """Let the office apply what is sent, and number new customers."""

    def take(request: Request) -> Answer | None:
        if not request.content:
            return None
        id = request.segments[-1] if request.method == "PATCH" else f"new{len(office.records)}"
        office.records.setdefault(id, office.record(id, ("", ""), "")).update(request.json)
        return (200 if request.method == "PATCH" else 201), office.records[id], {}

    office.first = take


def test_document__the_sample(here: Here, office: MyVirtualOffice) -> None:
    body = document("my_virtual_office")
    office.special[body["id"]] = always(200, body)

    pulled = here.pull_ids("my_virtual_office", body["id"])

    one = here.customer(body["id"])
    assert (pulled.code, pulled.counts) == (0, (1, 0, 0, 0))
    assert (one.first_name, one.last_name, one.email) == ("John", "Doe", "john.doe@example.com")
    assert (one.company_name, one.legal_entity, one.language, one.status) == ("Acme Corp", "GmbH", "en", "active")
    assert (one.address_data, one.postal_redirect_address) == (ADDRESS, None)
    assert one.source == "pull"


def test_call__is_that_of_the_document(here: Here, office: MyVirtualOffice) -> None:
    office.put("c1")

    here.pull_ids("my_virtual_office", "c1")

    assert [(one.method, one.path) for one in office.requests] == [("GET", "/api/customers/c1")]


def test_states__all_three(here: Here, office: MyVirtualOffice) -> None:
    states = ["active", "inactive", "suspended"]
    for state in states:
        office.put(state, status=state)

    here.pull_ids("my_virtual_office", *states)

    assert [here.customer(state).status for state in states] == states


def test_addresses__are_taken_over_and_taken_away(here: Here, office: MyVirtualOffice) -> None:
    office.put("c1", address_data=ADDRESS, postal_redirect_address={**ADDRESS, "city": "Potsdam"})
    here.pull_ids("my_virtual_office", "c1")
    before = here.customer("c1")
    office.records["c1"].update(address_data={**ADDRESS, "street": "Neue Straße 1"}, postal_redirect_address=None)

    again = here.pull_ids("my_virtual_office", "c1")

    after = here.customer("c1")
    assert (before.address_data, before.postal_redirect_address) == (ADDRESS, {**ADDRESS, "city": "Potsdam"})
    assert again.counts == (0, 1, 0, 0)
    assert (after.address_data, after.postal_redirect_address) == ({**ADDRESS, "street": "Neue Straße 1"}, None)


def test_address__members_that_only_the_record_knows_stay(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    office.put("c1", address_data=ADDRESS)
    here.pull_ids("my_virtual_office", "c1")
    edit(here, "c1", address_data={**ADDRESS, "state": "Berlin"})
    manage("deliver_outbox", **here.variables)
    office.records["c1"]["address_data"] = {**ADDRESS, "street": "Neue Straße 1"}

    here.pull_ids("my_virtual_office", "c1")

    assert here.customer("c1").address_data == {**ADDRESS, "street": "Neue Straße 1", "state": "Berlin"}


def test_sent_from_here__is_known_when_it_is_pulled(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    customer = make_customer(here.seller, company_name="From here")
    manage("deliver_outbox", **here.variables)
    id = UpstreamLink.objects.get().upstream_id
    office.records[id]["company_name"] = "Changed there"

    pulled = here.pull_ids("my_virtual_office", id)

    assert pulled.counts == (0, 1, 0, 0)
    assert (here.customer(id).pk, here.customer(id).company_name) == (customer.pk, "Changed there")


def test_change_that_waits__is_kept_and_then_sent(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    office.put("c1", address_data=ADDRESS)
    here.pull_ids("my_virtual_office", "c1")
    edit(here, "c1", company_name="From here", email="here@example.com")
    office.records["c1"].update(legal_entity="From there", email="there@example.com")

    pulled = here.pull_ids("my_virtual_office", "c1")
    manage("deliver_outbox", **here.variables)
    again = here.pull_ids("my_virtual_office", "c1")

    one, there = here.customer("c1"), office.records["c1"]
    assert (pulled.counts, again.counts) == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert (one.company_name, one.legal_entity, one.email) == ("From here", "From there", "here@example.com")
    assert (there["company_name"], there["legal_entity"], there["email"]) == ("From here", "From there", one.email)
    assert OutboxEntry.objects.get().state == "delivered"


def test_change_that_waits__does_not_matter_where_nothing_changed_there(here: Here, office: MyVirtualOffice) -> None:
    office.put("c1")
    here.pull_ids("my_virtual_office", "c1")
    edit(here, "c1", company_name="From here")

    again = here.pull_ids("my_virtual_office", "c1")

    assert (again.code, again.counts) == (0, (0, 0, 1, 0))
    assert here.customer("c1").company_name == "From here"


def test_only_what_changed_here__is_sent_after_a_pull(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    office.put("c1", company_name="Kept", address_data=ADDRESS, status="suspended")
    here.pull_ids("my_virtual_office", "c1")
    edit(here, "c1", legal_entity="GmbH")

    manage("deliver_outbox", **here.variables)

    assert [one.json for one in office.requests if one.content] == [{"legal_entity": "GmbH"}]


def test_language_that_cannot_be_sent__is_not_changed_there(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    office.put("c1", language="fr")
    here.pull_ids("my_virtual_office", "c1")
    edit(here, "c1", company_name="Edited here")

    manage("deliver_outbox", **here.variables)

    assert here.customer("c1").language == "fr"
    assert [one.json for one in office.requests if one.content] == [{"company_name": "Edited here"}]


def test_deleted_here__is_refused(here: Here, office: MyVirtualOffice) -> None:
    takes_everything(office)
    office.put("c1")
    here.pull_ids("my_virtual_office", "c1")
    services.delete_customer(here.customer("c1"), actor=make_actor())
    manage("deliver_outbox", **here.variables)

    pulled = here.pull_ids("my_virtual_office", "c1")

    assert office.records["c1"]["status"] == "inactive"
    assert (pulled.code, pulled.counts) == (1, (0, 0, 0, 1))
    assert here.customer("c1").deleted_at is not None
