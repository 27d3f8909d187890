from __future__ import annotations

from typing import Any

import pytest

from customers import services
from customers.models import Seller
from tests.factory import make_actor, make_customer, make_seller
from tests.systems.my_virtual_office.api import Api, assert_bad, assert_refused


def emails(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [customer["email"] for customer in response.json()["data"]]


def test_list__newest_first_page_by_page(api: Api, seller: Seller) -> None:
    made = [make_customer(seller).email for _number in range(5)]
    services.delete_customer(make_customer(seller), actor=make_actor())
    make_customer(make_seller("other"))

    seen, cursor = [], ""
    while True:
        response = api.get(f"/api/customers?limit=2{cursor}")
        seen.append(emails(response))
        page = response.json()
        assert list(page) == ["data", "has_more", "next_cursor"]
        if not page["has_more"]:
            break
        cursor = f"&starting_after={page['next_cursor']}"

    assert page["next_cursor"] is None
    assert seen == [made[:-3:-1], made[2:0:-1], made[:1]]


def test_list__goes_on_after_a_deleted_customer(api: Api, seller: Seller) -> None:
    first, second = make_customer(seller), make_customer(seller)
    services.delete_customer(second, actor=make_actor())

    assert emails(api.get(f"/api/customers?starting_after={second.id}")) == [first.email]


def test_list__foreign_cursor_is_not_found(api: Api) -> None:
    foreign = make_customer(make_seller("other"))

    response = api.get(f"/api/customers?starting_after={foreign.id}")

    assert_refused(response, 404, "Not Found", "Customer not found")


def test_list__filters(api: Api, seller: Seller) -> None:
    old = make_customer(seller, email="Old@example.com", last_name="Größle", status="suspended")
    new = make_customer(seller, company_name="Wójcik & Söhne")
    since = api.get(f"/api/customers/{new.id}").json()["created_at"]

    assert emails(api.get("/api/customers?status=suspended")) == [old.email]
    assert emails(api.get("/api/customers?email=old@EXAMPLE.com")) == [old.email]
    assert emails(api.get(f"/api/customers?updated_since={since}")) == [new.email]
    assert emails(api.get("/api/customers?search=grossle")) == [old.email]
    assert emails(api.get("/api/customers?search=SOHNE+wojcik")) == [new.email]
    assert emails(api.get("/api/customers?search=%25")) == []
    assert emails(api.get("/api/customers?search=")) == [new.email, old.email]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "querystring/limit must be >= 1"),
        ("limit=101", "querystring/limit must be <= 100"),
        ("limit=ten", "querystring/limit must be integer"),
        ("limit=", "querystring/limit must be integer"),
        ("limit=1.5", "querystring/limit must be integer"),
        ("limit=%D9%A1", "querystring/limit must be integer"),
        ("starting_after=abc", 'querystring/starting_after must match format "uuid"'),
        ("status=gone", "querystring/status must be equal to one of the allowed values"),
        ("email=x", 'querystring/email must match format "email"'),
        ("updated_since=yesterday", 'querystring/updated_since must match format "date-time"'),
        ("updated_since=2024-01-15", 'querystring/updated_since must match format "date-time"'),
        ("updated_since=2024-01-15T10:30:00", 'querystring/updated_since must match format "date-time"'),
        ("search=%00", "querystring/search must NOT contain U+0000 or unpaired surrogates"),
        ("search=" + "x" * 201, "querystring/search must NOT have more than 200 characters"),
    ],
)
def test_list__bad_query(api: Api, query: str, message: str) -> None:
    assert_bad(api.get(f"/api/customers?{query}"), message)


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2024-01-15t10:30:00.1z"]
)
def test_list__moments_at_the_edge_of_time(api: Api, moment: str) -> None:
    assert emails(api.get(f"/api/customers?updated_since={moment}")) == []


@pytest.mark.parametrize("number", [1, 20])
def test_list__a_constant_number_of_queries(
    api: Api, seller: Seller, number: int, django_assert_num_queries: Any
) -> None:
    for _number in range(number):
        make_customer(seller)
    api.get("/api/customers")

    with django_assert_num_queries(2):
        assert len(emails(api.get("/api/customers"))) == number
