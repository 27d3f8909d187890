"""The list of customers, what can be done to many of them, and the history on the page of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.admin.pages import LIST, change_url, page_text
from tests.factory import make_actor, make_customer


def act(client: Client, action: str, *customers: Customer, query: str = "", **values: str) -> Any:
    chosen = [str(customer.pk) for customer in customers]
    return client.post(LIST + query, {"action": action, "_selected_action": chosen, **values}, follow=True)


@pytest.mark.parametrize(
    ("action", "status"), [("activate", "active"), ("deactivate", "inactive"), ("suspend", "suspended")]
)
def test_actions__set_the_status(owner: Client, seller: Seller, action: str, status: str) -> None:
    customers = [make_customer(seller), make_customer(seller, status="suspended")]
    expected = sum(customer.status != status for customer in customers)

    response = act(owner, action, *customers)

    assert set(Customer.objects.values_list("status", flat=True)) == {status}
    assert f"{expected} customer" in page_text(response)
    assert CustomerChange.objects.filter(action="updated", source="admin").count() == expected


def test_actions__delete_many(owner: Client, seller: Seller) -> None:
    customers = [make_customer(seller) for _number in range(3)]

    asked = act(owner, "delete_selected", *customers)
    act(owner, "delete_selected", *customers, post="yes")

    assert "Delete these 3 customers?" in page_text(asked)
    assert not Customer.objects.of(seller).exists()
    assert CustomerChange.objects.filter(action="deleted").count() == 3


def test_actions__restore_says_what_could_not_be(owner: Client, seller: Seller) -> None:
    gone = [services.delete_customer(make_customer(seller, email=f"{n}@b.de"), actor=make_actor()) for n in (1, 2)]
    make_customer(seller, email="1@b.de")

    text = page_text(act(owner, "restore", *gone, query="?deleted=yes"))

    assert "1 customer was changed." in text
    assert "1 customer was not changed: Another customer already has this e-mail address." in text
    assert Customer.objects.of(seller).count() == 2


@pytest.mark.parametrize(
    ("search", "found"), [("GROSSLE", True), ("größle acme", True), ("john doe", False), ("%", False)]
)
def test_list__search(owner: Client, seller: Seller, search: str, found: bool) -> None:
    customer = make_customer(seller, last_name="Größle", company_name="Acme", email="x@y.de")

    text = page_text(owner.get(LIST, {"q": search}))

    assert (str(customer.pk) in text) is found


@pytest.mark.parametrize(
    "query",
    [
        *("q=%00", "status__exact=%00", "status__exact=x", "seller__id__exact=junk", "seller__id__exact=%00", "p=junk"),
        *("o=junk", "o=99", "e=1", "%00=1", "deleted=%00", "unknown__field=1", "p=99999", "source__exact=%FF", "all="),
        "seller__memberships__user__password__startswith=a",
        "q=" + "x%20" * 500,
    ],
)
def test_list__junk_in_the_address(owner: Client, seller: Seller, query: str) -> None:
    make_customer(seller)

    assert owner.get(f"{LIST}?{query}").status_code < 500


@pytest.mark.parametrize("id", ["junk", "%00", "550e8400-e29b-41d4-a716-446655440000", "a_00b"])
def test_change__unknown_customer(owner: Client, id: str) -> None:
    response = owner.get(f"{LIST}{id}/change/")

    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_list__a_constant_number_of_queries(owner: Client, seller: Seller, django_assert_max_num_queries: Any) -> None:
    for _number in range(30):
        make_customer(seller)

    with django_assert_max_num_queries(16):
        page_text(owner.get(LIST))


def test_page__shows_the_history_in_words(owner: Client, seller: Seller) -> None:
    actor = make_actor(request_id="req-7")
    customer = make_customer(seller)
    services.update_customer(
        customer, actor=actor, status="suspended", existing=True, address_data={"street": "A 1", "city": "B"}
    )
    services.update_customer(customer, actor=make_actor(), company_name="<script>")

    text = page_text(owner.get(change_url(customer)))

    for line in (
        "status: Active → Suspended",
        "address: — → A 1, B",
        "existing customer: No → Yes",
        "company: — → &lt;script&gt;",
        "first name: John",
        "req-7",
    ):
        assert line in text
    assert "<script>" not in text.split("<body")[1].split("history-heading")[1]


def test_page__shows_changes_of_fields_that_are_gone(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    CustomerChange.objects.update(changes={"shoe_size": [41, 42]}, action="updated")

    assert "shoe_size: 41 → 42" in page_text(owner.get(change_url(customer)))


def test_page__leads_to_the_whole_history(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    for number in range(25):
        services.update_customer(customer, actor=make_actor(), notes=str(number))

    text = page_text(owner.get(change_url(customer)))
    whole = page_text(owner.get(f"/admin/customers/customerchange/?customer__id__exact={customer.pk}"))

    assert "The whole history" in text
    assert "notes: 23 → 24" in text
    assert "notes: 0 → 1" not in text
    assert "notes: 0 → 1" in whole
