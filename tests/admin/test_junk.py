"""Known traps in addresses and chosen rows, each by name; test_anything.py looks for unknown ones."""

from __future__ import annotations

import pytest
from django.test import Client

from customers.delivery.connections import connect
from customers.models import Seller
from tests.factory import make_api_key, make_customer

MODELS = ("customer", "customerchange", "outboxentry", "connection", "apikey", "seller", "membership", "user")
QUERIES = (
    *("q=%00", "q=%FF", "q=" + "x+" * 1500, "q=" + "%EF%B7%BA" * 300, "p=junk", "p=-1", "p=99999", "o=junk", "o=-99.1"),
    *("o=%00", "e=1", "e=1&junk=1", "%00=1", "junk=1", "_popup=%00", "_to_field=junk", "_facets=True", "all="),
    *("id__exact=junk", "id__exact=%00", "id__in=99999999999999999999999", "seller__id__exact=junk"),
    *("seller__id__exact=%00", "seller__isnull=junk", "customer__id__exact=junk", "customer__id__exact=%00"),
    *("status__exact=%00", "action__exact=%00", "role__exact=%00", "is_active__exact=junk", "is_active__exact=%00"),
    *("email=%00", "email__exact=%00", "email__regex=(", "name__iregex=%5C", "created_at__year=99999999999"),
    *("scopes__contains=junk", "address_data__contains=%5B", "version__exact=9999999999999999999999"),
    *("state=junk", "state=%00", "sync=junk", "sync=%00", "blocked_why__exact=%00", "connection__isnull=junk"),
    "seller__memberships__user__password__startswith=a",
)


@pytest.fixture
def everything(seller: Seller) -> None:
    connect(seller, "my_virtual_office", "a-key")
    make_customer(seller)
    make_api_key(seller)


@pytest.mark.parametrize("model", MODELS)
def test_list__answers_junk_in_its_address(operator: Client, everything: None, model: str) -> None:
    operator.raise_request_exception = False

    answers = {query: operator.get(f"/admin/customers/{model}/?{query}").status_code for query in QUERIES}

    assert {query: status for query, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("query", ["email__startswith=a", "notes__contains=a", "search_text__regex=.", "junk=1"])
def test_list__takes_its_own_filters_alone(owner: Client, seller: Seller, query: str) -> None:
    response = owner.get(f"/admin/customers/customer/?{query}")

    assert (response.status_code, response["Location"]) == (302, "/admin/customers/customer/?e=1")


@pytest.mark.parametrize(
    "query", ["status__exact=active", "language__exact=de", "source__exact=system", "deleted=yes", "_facets=True"]
)
def test_list__takes_each_of_its_filters(owner: Client, seller: Seller, query: str) -> None:
    make_customer(seller)

    response = owner.get(f"/admin/customers/customer/?{query}")

    assert response.context["cl"].result_count == (0 if "deleted" in query else 1)


@pytest.mark.parametrize("model", ["customer", "connection", "apikey", "seller", "membership", "user"])
def test_form__opens_empty_whatever_its_address_says(operator: Client, seller: Seller, model: str) -> None:
    operator.raise_request_exception = False
    values = ("junk", "%00", "99999999999999999999999")
    names = ("seller", "user", "name", "scopes", "expires_at", "status", "read_version", "address_data__latitude")

    for name in names:
        for value in values:
            assert operator.get(f"/admin/customers/{model}/add/?{name}={value}").status_code == 200


@pytest.mark.parametrize("key", ["junk", "\0", "99999999999999999999999"])
@pytest.mark.parametrize(
    ("model", "action"),
    [("customer", "suspend"), ("customer", "delete_selected"), ("apikey", "revoke"), ("membership", "delete_selected")],
)
def test_action__refuses_rows_that_cannot_be(
    operator: Client, seller: Seller, model: str, action: str, key: str
) -> None:
    values = {"action": action, "_selected_action": [key], "index": "junk", "post": "yes", "confirmed": "yes"}

    assert operator.post(f"/admin/customers/{model}/", values).status_code == 400
