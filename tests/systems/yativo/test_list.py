from __future__ import annotations

from typing import Any

import pytest
import requests

from customers import services
from customers.models import Customer, Seller
from tests.factory import make_actor, make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.yativo.api import FIRST, SECOND, Api, assert_failed, assert_invalid, read_list, read_one

BOTH = pytest.mark.parametrize("path", [FIRST, SECOND])


def emails(customers: list[dict[str, Any]]) -> list[str]:
    return [customer["customer_email"] for customer in customers]


def make_many(seller: Seller, number: int) -> list[str]:
    return [make_customer(seller).email for _number in range(number)]


@BOTH
def test_list__of_nobody(api: Api, path: str) -> None:
    customers, pagination = read_list(api.get(path))

    assert customers == []
    assert pagination == {
        "total": 0,
        "per_page": 20,
        "current_page": 1,
        "last_page": 1,
        "next_page_url": None,
        "prev_page_url": None,
    }


@BOTH
def test_list__oldest_first_and_twenty_a_page(api: Api, seller: Seller, path: str) -> None:
    made = make_many(seller, 21)

    customers, pagination = read_list(api.get(path))

    assert emails(customers) == made[:20]
    counted = (pagination["total"], pagination["per_page"], pagination["current_page"], pagination["last_page"])
    assert counted == (21, 20, 1, 2)
    assert pagination["prev_page_url"] is None
    assert emails(read_list(api.get(pagination["next_page_url"]))[0]) == made[20:]


@BOTH
def test_list__its_addresses_lead_there_and_back(api: Api, seller: Seller, path: str) -> None:
    made = make_many(seller, 5)

    there, url = [], f"{path}?per_page=2"
    while url:
        customers, pagination = read_list(api.get(url))
        there.append(emails(customers))
        last, url = pagination, pagination["next_page_url"]
    back, url = [], last["prev_page_url"]
    while url:
        customers, pagination = read_list(api.get(url))
        back.append(emails(customers))
        url = pagination["prev_page_url"]

    assert there == [made[:2], made[2:4], made[4:]]
    assert back == [made[2:4], made[:2]]
    assert (last["per_page"], last["current_page"], last["last_page"]) == (2, 3, 3)


def test_list__its_addresses_are_those_of_the_host_that_was_asked(site: Site) -> None:
    seller = make_seller()
    made = make_many(seller, 3)
    headers = {"Authorization": f"Bearer {make_api_key(seller)[1]}"}

    seen, url = [], f"{site.url}{SECOND}?per_page=1"
    while url:
        assert url.startswith(f"{site.url}{SECOND}?")
        body = requests.get(url, headers=headers, timeout=30).json()
        seen += emails(body["data"])
        url = body["pagination"]["next_page_url"]

    assert seen == made


@pytest.mark.parametrize(("number", "last_page"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_list__counts_its_pages(api: Api, seller: Seller, number: int, last_page: int) -> None:
    make_many(seller, number)

    _customers, pagination = read_list(api.get(f"{SECOND}?per_page=2&page={last_page}"))

    assert (pagination["total"], pagination["last_page"]) == (number, last_page)
    assert pagination["next_page_url"] is None


def test_list__a_page_of_a_hundred(api: Api, seller: Seller) -> None:
    made = make_many(seller, 101)

    customers, pagination = read_list(api.get(f"{SECOND}?per_page=100"))

    assert emails(customers) == made[:100]
    assert (pagination["per_page"], pagination["last_page"]) == (100, 2)


@pytest.mark.parametrize("page", [3, 4, 1000])
def test_list__beyond_its_last_page_is_empty(api: Api, seller: Seller, page: int) -> None:
    make_many(seller, 3)

    customers, pagination = read_list(api.get(f"{SECOND}?per_page=2&page={page}"))

    assert customers == []
    counted = (pagination["total"], pagination["current_page"], pagination["last_page"], pagination["next_page_url"])
    assert counted == (3, page, 2, None)
    _before, previous = read_list(api.get(pagination["prev_page_url"]))
    assert (previous["current_page"], previous["per_page"]) == (page - 1, 2)


@BOTH
@pytest.mark.parametrize(
    ("query", "members"),
    [
        ("page=0", ["page"]),
        ("page=-1", ["page"]),
        ("page=", ["page"]),
        ("page=one", ["page"]),
        ("page=1.5", ["page"]),
        ("page=1e1", ["page"]),
        ("page=%D9%A1", ["page"]),
        ("page=%00", ["page"]),
        ("per_page=0", ["per_page"]),
        ("per_page=101", ["per_page"]),
        ("per_page=-20", ["per_page"]),
        ("per_page=ten", ["per_page"]),
        ("per_page=", ["per_page"]),
        ("page=x&per_page=x", ["page", "per_page"]),
    ],
)
def test_list__bad_query(api: Api, path: str, query: str, members: list[str]) -> None:
    assert_invalid(api.get(f"{path}?{query}"), *members)


@pytest.mark.parametrize("page", ["9" * 18, "9" * 30, "9" * 5000])
def test_list__a_page_number_beyond_all_databases(api: Api, seller: Seller, page: str) -> None:
    make_many(seller, 1)

    response = api.get(f"{SECOND}?page={page}")

    if response.status_code == 422:
        assert_invalid(response, "page")
    else:
        assert read_list(response)[0] == []


def test_list__other_parameters_change_nothing(api: Api, seller: Seller) -> None:
    made = make_many(seller, 2)

    customers, _pagination = read_list(api.get(f"{SECOND}?search=x&format=xml&limit=1"))

    assert emails(customers) == made


def test_list__of_one_seller_alone(api: Api, seller: Seller) -> None:
    mine = make_customer(seller)
    make_customer(make_seller("other"))

    customers, pagination = read_list(api.get(SECOND))

    assert emails(customers) == [mine.email]
    assert pagination["total"] == 1


@BOTH
def test_deleted__is_nowhere(api: Api, seller: Seller, path: str) -> None:
    kept, gone = make_customer(seller), make_customer(seller)
    services.delete_customer(gone, actor=make_actor())

    customers, pagination = read_list(api.get(path))

    assert emails(customers) == [kept.email]
    assert pagination["total"] == 1
    assert_failed(api.get(f"{path}/{gone.pk}"), 404, "Customer not found")
    assert_failed(api.put(gone.pk, {"customer_name": "Jane Doe"}, path), 404, "Customer not found")
    assert Customer.objects.get(pk=gone.pk).first_name == "John"


@pytest.mark.parametrize(
    ("status", "shown"), [("active", "active"), ("inactive", "inactive"), ("suspended", "inactive")]
)
def test_status__is_active_or_inactive(api: Api, seller: Seller, status: str, shown: str) -> None:
    customer = make_customer(seller, status=status, can_create_vc=True)

    one = read_one(api.get(f"{SECOND}/{customer.pk}"))

    assert (one["customer_status"], one["can_create_vc"], one["can_create_va"]) == (shown, 1, 0)
    assert read_list(api.get(SECOND))[0] == [one]


@pytest.mark.parametrize("number", [1, 20])
def test_list__a_constant_number_of_queries(
    api: Api, seller: Seller, number: int, django_assert_max_num_queries: Any
) -> None:
    make_many(seller, number)
    api.get(SECOND)

    with django_assert_max_num_queries(3):
        assert len(read_list(api.get(SECOND))[0]) == number
