"""How each customer stands with the upstream: column, filter, panel, and what staff decide."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from customers.delivery.sync import SyncState, in_state, with_sync_state
from customers.models import Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from tests.admin.pages import LIST, change_url, page_text, signed_in
from tests.admin.upstream import blocked, connected, delivered
from tests.factory import make_customer, make_user


@pytest.fixture
def states(seller: Seller, other: Seller) -> dict[str, Customer]:
    """One customer in each state, by its name."""
    never_sent = make_customer(seller)
    connected(seller)
    made = {state: make_customer(seller, last_name=state) for state in ("in_sync", "waiting", "sending", "blocked")}
    made |= {"drifted": make_customer(seller), "not_sent": never_sent, "not_connected": make_customer(other)}
    delivered(made["in_sync"])
    UpstreamLink.objects.filter(pk=delivered(made["drifted"]).pk).update(drift={"company_name": [None, "Theirs"]})
    blocked(made["blocked"])
    OutboxEntry.objects.filter(customer=made["sending"]).update(
        state=EntryState.SENDING, lease="550e8400-e29b-41d4-a716-446655440000", lease_until="2030-01-01T00:00Z"
    )
    return made


def test_state__is_told_of_each_customer(states: dict[str, Customer]) -> None:
    found = {str(one.pk): one.sync_state for one in with_sync_state(Customer.objects.all())}  # type: ignore[attr-defined]

    assert found == {str(customer.pk): state for state, customer in states.items()}
    assert set(states) == set(SyncState.values)


@pytest.mark.parametrize("state", SyncState.values)
def test_filter__finds_the_customers_in_a_state(operator: Client, states: dict[str, Customer], state: str) -> None:
    response = operator.get(f"{LIST}?sync={state}")

    assert list(response.context["cl"].queryset) == [states[state]]
    assert list(in_state(Customer.objects.all(), SyncState(state))) == [states[state]]


def test_column__is_there_for_sellers_that_are_connected(owner: Client, seller: Seller) -> None:
    make_customer(seller)
    before = owner.get(LIST).context["cl"].list_display

    connected(seller)

    assert "sync" not in before
    assert "sync" in owner.get(LIST).context["cl"].list_display
    assert "never sent" in page_text(owner.get(LIST))


def test_list__asks_as_often_for_many_as_for_few(
    owner: Client, states: dict[str, Customer], seller: Seller, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        make_customer(seller)

    with django_assert_max_num_queries(15):
        owner.get(LIST)


def test_panel__keeps_success_and_error_apart(owner: Client, seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller)
    link = delivered(customer)
    OutboxEntry.objects.filter(customer=customer).update(last_error="503 Busy", last_error_at=link.acknowledged_at)

    text = page_text(owner.get(change_url(customer)))

    assert link.upstream_id in text
    assert "503 Busy" in text
    assert "in sync" in text


def test_panel__says_why_and_what_the_upstream_said(owner: Client, seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller)
    blocked(customer, "email_taken", "409 A customer with this email already exists")

    text = page_text(owner.get(change_url(customer)))

    assert "The upstream already has a customer with this e-mail address." in text
    assert "409 A customer with this email already exists" in text
    assert 'name="upstream_id"' in text


def test_panel__offers_both_ways_out_of_a_lost_create(owner: Client, seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller)
    blocked(customer, "link_needed", "409 A customer with this email already exists")

    text = page_text(owner.get(change_url(customer)))

    assert 'name="upstream_id"' in text
    assert "It is somebody else there: create ours" in text


def test_panel__shows_what_differs_side_by_side(owner: Client, seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller, company_name="Ours")
    UpstreamLink.objects.filter(pk=delivered(customer).pk).update(drift={"company_name": ["Ours", "Theirs & Co"]})

    text = page_text(owner.get(change_url(customer)))

    assert "Theirs &amp; Co" in text
    assert "Send our values" in text


def test_panel__is_not_there_without_a_connection(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)

    assert owner.get(change_url(customer)).context["sync"] == []


def test_viewer__sees_the_panel_without_buttons(seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller)
    blocked(customer)
    viewer = signed_in(make_user("viewer@example.com", seller, "viewer"))

    text = page_text(viewer.get(change_url(customer)))

    assert "The upstream does not accept a value." in text
    assert "/do/" not in text
