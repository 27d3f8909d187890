"""Yativo's customers: both forms of the document, names, states and countries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pulling.running import Here, document
from tests.pulling.upstream import always
from tests.pulling.vendors import Yativo, envelope

ADDRESS = {"city": "Anytown", "state": "Anystate", "street": "1234 Elm Street", "number": "5678", "country": "USA"}


@pytest.mark.parametrize("name", ["yativo_object", "yativo_list"])
def test_document__each_form(here: Here, yativo: Yativo, name: str) -> None:
    body = document(name)
    record = body["data"] if name == "yativo_object" else body["data"][0]
    # In the document's place stands what hides addresses from robots.
    record["customer_email"] = "test@example.com"
    id = record["customer_id"]
    yativo.special[id] = always(200, body)

    pulled = here.pull_ids("yativo", id)

    customer = here.customer(id)
    assert (pulled.code, pulled.counts) == (0, (1, 0, 0, 0))
    assert (customer.first_name, customer.last_name, customer.email) == ("Test", "Customer", "test@example.com")
    assert customer.phone_number == "+19203751411"
    assert customer.address_data == {**ADDRESS, "postal_code": "12345"}
    assert customer.status == ("active" if name == "yativo_object" else "inactive")
    assert (customer.can_create_vc, customer.can_create_va) == (False, False)


def test_object_and_list__are_the_same_customer(here: Here, yativo: Yativo) -> None:
    record = yativo.put("c1", customer_status="inactive")
    here.pull_ids("yativo", "c1")
    yativo.special["c1"] = always(200, {"status": "success", "status_code": 201, "message": "", "data": record})

    again = here.pull_ids("yativo", "c1")

    assert again.counts == (0, 0, 1, 0)


def test_object__without_state_and_rights_leaves_them(here: Here, yativo: Yativo) -> None:
    yativo.put("c1", customer_status="inactive", can_create_vc=1)
    here.pull_ids("yativo", "c1")
    for name in ("customer_status", "can_create_vc", "can_create_va"):
        del yativo.records["c1"][name]

    again = here.pull_ids("yativo", "c1")

    assert again.counts == (0, 0, 1, 0)
    assert (here.customer("c1").status, here.customer("c1").can_create_vc) == ("inactive", True)


def test_status_code__of_the_body_is_never_trusted(here: Here, yativo: Yativo) -> None:
    codes: tuple[Any, ...] = (200, 201, 404, 500, "200", None)
    for code in codes:
        body = {**envelope([yativo.put(f"good-{code!r}")]), "status_code": code}
        yativo.special[f"good-{code!r}"] = always(200, body)
        yativo.special[f"bad-{code!r}"] = always(404, body)

    pulled = here.pull_ids("yativo", *yativo.special)

    assert (pulled.code, pulled.counts) == (1, (6, 0, 0, 6))


NAMES = {
    "Test Customer": ("Test", "Customer"),
    "Ada": ("-", "Ada"),
    "Anna Maria von der Heide": ("Anna Maria von der", "Heide"),
    "  Ada   Lovelace ": ("Ada  ", "Lovelace"),
    "😀 😀": ("😀", "😀"),
    "- Doe": ("-", "- Doe"),
}


def test_names__are_split_at_the_last_space(here: Here, yativo: Yativo) -> None:
    for number, name in enumerate(NAMES):
        yativo.put(f"c{number}", customer_name=name)

    pulled = here.pull_ids("yativo", *yativo.records)

    found = [(one.first_name, one.last_name) for one in map(here.customer, yativo.records)]
    assert pulled.counts == (6, 0, 0, 0)
    assert found == list(NAMES.values())


def test_states_and_rights(here: Here, yativo: Yativo) -> None:
    states = {"active": "active", "inactive": "inactive", "pending": "inactive"}
    for state in states:
        yativo.put(state, customer_status=state, can_create_vc=1, can_create_va=state == "active")

    here.pull_ids("yativo", *states)

    found = {one: here.customer(one) for one in states}
    assert {name: one.status for name, one in found.items()} == states
    assert all(one.can_create_vc for one in found.values())
    assert [one.can_create_va for one in found.values()] == [True, False, False]


def test_country__is_kept_as_written(here: Here, yativo: Yativo) -> None:
    for country in ("USA", "BE", "DEU"):
        yativo.put(country, customer_country=country, customer_address={**ADDRESS, "country": country})

    here.pull_ids("yativo", "USA", "BE", "DEU")

    addresses = [here.customer(one).address_data or {} for one in ("USA", "BE", "DEU")]
    assert [one["country"] for one in addresses] == ["USA", "BE", "DEU"]


def test_country__without_an_address(here: Here, yativo: Yativo) -> None:
    yativo.put("c1", customer_country="USA")

    pulled = here.pull_ids("yativo", "c1")

    assert pulled.counts == (1, 0, 0, 0)
    assert here.customer("c1").address_data == {"country": "USA"}


def test_what_is_null__is_not_there(here: Here, yativo: Yativo) -> None:
    yativo.put("c1", customer_phone=None, customer_country=None, customer_address=None)

    here.pull_ids("yativo", "c1")

    customer = here.customer("c1")
    assert (customer.phone_number, customer.address_data) == ("", None)


def test_what_was_taken_away__is_gone(here: Here, yativo: Yativo) -> None:
    yativo.put("c1", customer_phone="+19203751411", customer_country="USA", customer_address=ADDRESS)
    here.pull_ids("yativo", "c1")
    yativo.records["c1"].update(customer_phone=None, customer_country=None, customer_address=None)

    again = here.pull_ids("yativo", "c1")

    assert again.counts == (0, 1, 0, 0)
    assert (here.customer("c1").phone_number, here.customer("c1").address_data) == ("", None)


def test_country__taken_away_from_an_address_is_gone(here: Here, yativo: Yativo) -> None:
    yativo.put("c1", customer_country="USA", customer_address=ADDRESS)
    here.pull_ids("yativo", "c1")
    yativo.records["c1"].update(customer_country=None, customer_address={**ADDRESS, "country": None})

    again = here.pull_ids("yativo", "c1")

    assert again.counts == (0, 1, 0, 0)
    assert here.customer("c1").address_data == {name: text for name, text in ADDRESS.items() if name != "country"}
