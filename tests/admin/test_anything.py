"""Whatever is typed into the admin's forms and addresses: never a 5xx, never a lost customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.delivery.connections import connect
from customers.models import Customer, Seller
from tests.admin.pages import signed_in
from tests.factory import make_api_key, make_customer, make_user

property_test = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
junk = st.text(max_size=60) | st.sampled_from(
    ["", "0", "-1", "\0", "a\0b", "junk", "%", "x " * 3000, "9" * 30, "1e400", "on", "2024-13-45", "active", "😀", "[]"]
)
LISTS = ("customer", "customerchange", "outboxentry", "connection", "apikey", "seller", "membership", "user")
QUERY = (
    *("q", "p", "o", "e", "all", "status__exact", "seller__id__exact", "source__exact", "deleted", "language__exact"),
    *(
        "id__in",
        "email",
        "customer__id__exact",
        "_to_field",
        "_popup",
        "_changelist_filters",
        "role__exact",
        "action__exact",
        "state",
        "sync",
        "blocked_why__exact",
    ),
)
FIELDS = (
    *("seller", "first_name", "last_name", "email", "company_name", "legal_entity", "status", "language"),
    *("address_data__street", "address_data__latitude", "postal_redirect_address__city", "time_zone", "notes"),
    *("phone_number", "customer_number", "external_id", "read_version", "_save", "_continue", "_popup", "_to_field"),
    *("name", "scopes", "expires_at_0", "expires_at_1", "slug", "customer_limit", "default_language", "user", "role"),
    *("password1", "password2", "is_staff"),
)


@pytest.fixture
def people(seller: Seller) -> list[Client]:
    connect(seller, "my_virtual_office", "a-key")
    make_customer(seller)
    make_api_key(seller)
    owner, operator = make_user("owner@example.com", seller), make_user("op@example.com", is_superuser=True)
    clients = [signed_in(owner), signed_in(operator)]
    for client in clients:
        client.raise_request_exception = False
    return clients


@property_test
@given(model=st.sampled_from(LISTS), query=st.dictionaries(st.sampled_from(QUERY) | junk, junk, max_size=4))
def test_any_list_address(people: list[Client], model: str, query: dict[str, str]) -> None:
    for client in people:
        assert client.get(f"/admin/customers/{model}/", query).status_code < 500


@property_test
@given(model=st.sampled_from(LISTS), values=st.dictionaries(st.sampled_from(FIELDS), junk, max_size=12), id=junk)
def test_any_form(people: list[Client], model: str, values: dict[str, str], id: str) -> None:
    before = Customer.objects.count()

    for client in people:
        assert client.post(f"/admin/customers/{model}/add/", values).status_code < 500
        assert client.post(f"/admin/customers/{model}/{id}/change/", values).status_code < 500

    assert Customer.objects.count() >= before


@property_test
@given(
    model=st.sampled_from(LISTS),
    action=st.sampled_from(["activate", "suspend", "restore", "delete_selected", "revoke"]) | junk,
    chosen=st.lists(junk, max_size=3),
    more=st.dictionaries(st.sampled_from(["select_across", "index", "post", "confirmed", "_save"]), junk, max_size=2),
)
def test_any_action(people: list[Client], model: str, action: str, chosen: list[str], more: dict[str, str]) -> None:
    sent: dict[str, Any] = {"action": action, "_selected_action": chosen, **more}

    for client in people:
        assert client.post(f"/admin/customers/{model}/", sent).status_code < 500


@property_test
@given(query=st.dictionaries(st.sampled_from(["app_label", "model_name", "field_name", "term", "page", "q"]), junk))
def test_any_autocomplete_or_sign_in(people: list[Client], query: dict[str, str]) -> None:
    known = {"app_label": "customers", "model_name": "membership", "field_name": "user"}

    for client in people:
        assert client.get("/admin/autocomplete/", {**known, "term": query.get("term", "")}).status_code < 500
        assert client.get("/admin/autocomplete/", query).status_code < 500
        assert client.get("/admin/jsi18n/", query).status_code < 500
        assert client.get("/admin/search/", {"s": "x", **query}).status_code < 500
    anybody = Client(raise_request_exception=False)
    assert (
        anybody.post("/admin/login/", {"username": query.get("term", ""), "password": "x", "next": "\0"}).status_code
        < 500
    )
