"""A refusal that comes up only while writing is shown like any other; nothing is half done."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from customers import services
from customers.exceptions import CustomerNotFound, InvalidInput
from customers.models import ApiKey, Customer, CustomerChange, Seller
from tests.admin.pages import LIST, change_url, errors_of, form_values, page_text
from tests.admin.test_customer_form import ADD, JOHN
from tests.admin.test_customer_list import act
from tests.factory import make_actor, make_customer


def refusing(refusal: Exception) -> Any:
    def refuse(*_args: Any, **_values: Any) -> None:
        raise refusal

    return refuse


def test_add__the_last_place_was_just_taken(owner: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    make_customer(seller)
    Seller.objects.update(customer_limit=1)
    monkeypatch.setattr(services, "check_customer", lambda _customer: None)

    response = owner.post(ADD, {**JOHN, "seller": str(seller.pk)})

    assert errors_of(response) == {"__all__": ["The plan allows 1 customers, and all places are taken."]}
    assert (Customer.objects.count(), LogEntry.objects.count()) == (1, 0)


def test_change__of_a_customer_that_was_just_deleted(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    values = form_values(owner, customer)
    services.delete_customer(customer, actor=make_actor())

    text = page_text(owner.post(change_url(customer), {**values, "last_name": "Roe"}, follow=True))

    assert "This customer no longer exists." in text
    assert Customer.objects.get().last_name == "Doe"


def test_delete__somebody_else_was_faster(owner: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer(seller)
    monkeypatch.setattr(services, "delete_customer", refusing(CustomerNotFound()))

    response = owner.post(f"{LIST}{customer.pk}/delete/", {"post": "yes"}, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert "This customer no longer exists." in page_text(response)
    assert not LogEntry.objects.exists()


def test_delete_many__counts_what_was_deleted(owner: Client, seller: Seller) -> None:
    customers = [make_customer(seller) for _number in range(3)]
    services.delete_customer(customers[0], actor=make_actor())

    text = page_text(act(owner, "delete_selected", *customers, post="yes"))
    refused = page_text(act(owner, "delete_selected", customers[0], query="?deleted=yes", post="yes"))

    assert "2 customers were changed." in text
    assert "1 customer was not changed: This customer no longer exists." in refused
    assert "were changed" not in refused
    assert "Successfully" not in text + refused


def test_actions__tell_changed_from_unchanged(owner: Client, seller: Seller) -> None:
    customers = [make_customer(seller), make_customer(seller), make_customer(seller, status="suspended")]

    text = page_text(act(owner, "suspend", *customers))
    again = page_text(act(owner, "suspend", *customers))

    assert "2 customers were changed." in text
    assert "1 customer was so already." in text
    assert "3 customers were so already." in again
    assert "changed." not in again
    assert CustomerChange.objects.filter(action="updated").count() == 2


def test_delete_many__more_than_a_form_can_hold(owner: Client, seller: Seller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    customers = [make_customer(seller) for _number in range(120)]

    asked = act(owner, "delete_selected", customers[0], select_across="1", index="0")
    text = page_text(asked)
    sent = [name for name in ("select_across", "_selected_action", "action", "post") if f'name="{name}"' in text]
    done = act(owner, "delete_selected", customers[0], select_across="1", post="yes")

    assert "Delete these 120 customers?" in text
    assert text.count('name="_selected_action"') == 1
    assert sent == ["select_across", "_selected_action", "action", "post"]
    assert "120 customers were changed." in page_text(done)


def test_key__refused_while_saving(owner: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "create_api_key", refusing(InvalidInput("The expiry has already passed.")))

    response = owner.post(
        "/admin/customers/apikey/add/", {"seller": str(seller.pk), "name": "Shop", "scopes": ["read"]}
    )

    assert errors_of(response) == {"__all__": ["The expiry has already passed."]}
    assert (ApiKey.objects.count(), LogEntry.objects.count()) == (0, 0)
