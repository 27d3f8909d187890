"""What the pages show, to whom, at what cost; and that looking and saving again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.admin.pages import LIST, change_url, form_values, page_text, signed_in
from tests.factory import make_actor, make_api_key, make_customer, make_user

ADDRESS = {"street": "Musterweg", "number": "5", "city": "Berlin", "latitude": 52.5, "longitude": 13.25}


def page_above_history(client: Client, customer: Customer) -> str:
    return page_text(client.get(change_url(customer))).split("history-heading")[0]


@pytest.mark.parametrize("deleted", [False, True])
def test_page__shows_addresses_to_those_who_only_look(seller: Seller, deleted: bool) -> None:
    customer = make_customer(seller, address_data=ADDRESS, postal_redirect_address={"city": "München"})
    if deleted:
        services.delete_customer(customer, actor=make_actor())
    client = signed_in(make_user("me@example.com", seller, "owner" if deleted else "viewer"))

    text = page_above_history(client, customer)

    for line in ("Musterweg 5", "Berlin", "(52.5, 13.25)", "München"):
        assert f"<div>{line}</div>" in text
    assert "ddress data" not in text
    assert "read_version" not in text
    assert ("Deleted" in text) is deleted


def test_save__of_what_a_browser_cannot_send_back_writes_nothing(owner: Client, seller: Seller) -> None:
    """A browser takes breaks out of lines, ends those of notes its own way, and the form trims."""
    stored = {"street": " A\n1 ", "city": "x" * 300, "country": "", "translations": {"city": {"en": "X"}}}
    customer = make_customer(seller, first_name=" John", notes="a\nb\n", address_data=stored)
    values = {**form_values(owner, customer), "notes": "a\r\nb\r\n", "address_data__street": " A1 "}

    untouched = owner.post(change_url(customer), values)
    after_nothing = Customer.objects.get()
    touched = owner.post(change_url(customer), {**values, "address_data__country": "Germany", "notes": "a\r\nc"})
    after_something = Customer.objects.get()

    assert (untouched.status_code, touched.status_code) == (302, 302)
    assert (after_nothing.version, after_nothing.address_data) == (1, stored)
    assert after_something.address_data == {**stored, "country": "Germany"}
    assert (after_something.first_name, after_something.notes) == (" John", "a\nc")
    assert set(CustomerChange.objects.latest("id").changes) == {"address_data", "notes"}


def test_history__is_searched_like_customers(owner: Client, seller: Seller) -> None:
    make_customer(seller, last_name="Größle", actor=make_actor(request_id="Req-7"))
    make_customer(seller)

    found = {
        text: owner.get("/admin/customers/customerchange/", {"q": text}).context["cl"].result_count
        for text in ("Größle", "GROSSLE john", "req-7", "grossle REQ-7", "nobody", "%")
    }

    assert found == {"Größle": 1, "GROSSLE john": 1, "req-7": 1, "grossle REQ-7": 1, "nobody": 0, "%": 0}


def test_history__tells_places_on_the_map_apart(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller, address_data=ADDRESS)
    services.update_customer(customer, actor=make_actor(), address_data={**ADDRESS, "latitude": 48.25})

    text = page_text(owner.get(change_url(customer)))

    assert "address: Musterweg 5, Berlin, (52.5, 13.25) → Musterweg 5, Berlin, (48.25, 13.25)" in text


def fill(seller: Seller, number: int) -> None:
    for count in range(number):
        customer = make_customer(seller)
        services.update_customer(
            customer, actor=make_actor(user=make_user(f"{number}-{count}@e.com", seller)), notes="n"
        )
        make_api_key(seller)


@pytest.mark.parametrize("page", ["customer", "customerchange", "apikey", "seller", "membership", "index"])
def test_list__costs_the_same_for_3_and_for_30(owner: Client, seller: Seller, page: str) -> None:
    url = "/admin/" if page == "index" else f"/admin/customers/{page}/"
    counts = []

    for number in (3, 27):
        fill(seller, number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_text(owner.get(url))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 16


def test_list__reads_a_sellers_newest_without_a_subquery(owner: Client, seller: Seller) -> None:
    make_customer(seller)

    with CaptureQueriesContext(connection) as queries:
        page_text(owner.get(LIST))

    of_customers = [query["sql"] for query in queries if 'FROM "customers_customer"' in query["sql"]]
    assert of_customers
    assert not any("IN (SELECT" in sql for sql in of_customers)


@pytest.mark.parametrize("model", ["apikey", "membership"])
def test_page__does_not_lead_where_one_may_not_go(owner: Client, seller: Seller, model: str) -> None:
    owner.post("/admin/customers/apikey/add/", {"seller": str(seller.pk), "name": "Shop", "scopes": ["read"]})
    obj: Any = owner.get(f"/admin/customers/{model}/").context["cl"].queryset.get()

    text = page_text(owner.get(f"/admin/customers/{model}/{obj.pk}/change/"))

    assert "owner@example.com" in text
    assert "/admin/customers/user/" not in text
