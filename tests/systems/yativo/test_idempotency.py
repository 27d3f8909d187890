from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from customers.models import Customer, CustomerChange, IdempotencyRecord, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.yativo.api import (
    FIRST,
    JOHN,
    SECOND,
    Api,
    assert_failed,
    assert_invalid,
    document,
    read_json,
    read_object,
)

JANE = {"customer_name": "Jane Roe"}


@pytest.mark.parametrize("path", [FIRST, SECOND])
@pytest.mark.parametrize("key", ["", " ", "\t"])
def test_key__missing(api: Api, seller: Seller, path: str, key: str) -> None:
    customer = make_customer(seller)

    created = api.post(JOHN, path, Idempotency_Key=key)
    updated = api.put(customer.pk, JANE, path, Idempotency_Key=key)

    assert read_json(created, 400) == document("error_400")
    assert read_json(updated, 400) == document("error_400")
    assert Customer.objects.get().first_name == "John"


def test_key__too_long(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)

    for response in (
        api.post(JOHN, Idempotency_Key="a" * 256),
        api.put(customer.pk, JANE, Idempotency_Key="a" * 256),
    ):
        read_json(response, 400)
    assert Customer.objects.get().first_name == "John"


def test_key__as_long_as_allowed(api: Api) -> None:
    read_object(api.post(JOHN, Idempotency_Key="a" * 255), 201)


def test_key__is_not_asked_of_who_only_reads(api: Api) -> None:
    assert api.get(SECOND).status_code == 200


def test_key__replays_a_creation(api: Api) -> None:
    first = api.post(JOHN, Idempotency_Key="a")
    Customer.objects.update(first_name="Jane")

    second = api.post(JOHN, Idempotency_Key="a")

    assert (second.status_code, second.content) == (201, first.content)
    assert Customer.objects.count() == 1


def test_key__replays_an_update(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    first = api.put(customer.pk, JANE, Idempotency_Key="a")
    api.put(customer.pk, {"customer_name": "Ann Poe"})

    second = api.put(customer.pk, JANE, Idempotency_Key="a")

    assert (second.status_code, second.content) == (200, first.content)
    assert Customer.objects.get().first_name == "Ann"
    assert CustomerChange.objects.count() == 3


def test_key__with_another_body(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    api.post(JOHN, Idempotency_Key="a")
    api.put(customer.pk, JANE, Idempotency_Key="b")

    assert_failed(api.post({**JOHN, "customer_email": "x@example.com"}, Idempotency_Key="a"), 409)
    assert_failed(api.put(customer.pk, {"customer_name": "Ann Poe"}, Idempotency_Key="b"), 409)
    assert Customer.objects.count() == 2
    assert Customer.objects.get(pk=customer.pk).first_name == "Jane"


def test_key__at_another_address(api: Api, seller: Seller) -> None:
    one, two = make_customer(seller), make_customer(seller)
    api.put(one.pk, JANE, Idempotency_Key="a")

    assert_failed(api.put(two.pk, JANE, Idempotency_Key="a"), 409)
    assert_failed(api.post(JANE, Idempotency_Key="a"), 409)
    assert Customer.objects.get(pk=two.pk).first_name == "John"


def test_key__of_another_seller_is_another_key(api: Api) -> None:
    other = Api(make_api_key(make_seller("other"))[1])

    mine = read_object(api.post(JOHN, Idempotency_Key="a"), 201)
    theirs = read_object(other.post(JOHN, Idempotency_Key="a"), 201)

    assert mine["customer_id"] != theirs["customer_id"]


def test_key__of_the_sellers_other_api_key_is_the_same(api: Api, seller: Seller) -> None:
    first = api.post(JOHN, Idempotency_Key="a")

    second = Api(make_api_key(seller)[1]).post(JOHN, Idempotency_Key="a")

    assert (second.status_code, second.content) == (201, first.content)
    assert Customer.objects.count() == 1


def test_422__is_replayed(api: Api, seller: Seller) -> None:
    taken = make_customer(seller, email=JOHN["customer_email"])
    first = api.post(JOHN, Idempotency_Key="a")
    api.put(taken.pk, {"customer_email": "free@example.com"})

    second = api.post(JOHN, Idempotency_Key="a")

    assert_invalid(first, "customer_email")
    assert (second.status_code, second.content) == (422, first.content)
    assert Customer.objects.count() == 1


def test_403__is_replayed(db: None) -> None:
    seller = make_seller(customer_limit=0)
    api = Api(make_api_key(seller)[1])
    first = api.post(JOHN, Idempotency_Key="a")
    Seller.objects.update(customer_limit=None)

    second = api.post(JOHN, Idempotency_Key="a")

    assert_failed(first, 403)
    assert (second.status_code, second.content) == (403, first.content)
    assert not Customer.objects.exists()


def test_404__is_replayed(api: Api) -> None:
    id = "5ae2f659-45d2-4256-9f82-2811726a5376"
    first = api.put(id, JANE, Idempotency_Key="a")
    make_customer(Seller.objects.get(), id=id)

    second = api.put(id, JANE, Idempotency_Key="a")

    assert_failed(first, 404, "Customer not found")
    assert (second.status_code, second.content) == (404, first.content)
    assert Customer.objects.get().first_name == "John"


def test_key__a_crash_frees_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Customer, "derive", lambda _self: 1 / 0)
        assert_failed(api.post(JOHN, Idempotency_Key="a"), 500)

    read_object(api.post(JOHN, Idempotency_Key="a"), 201)


def test_key__is_forgotten_after_a_day(api: Api) -> None:
    api.post(JOHN, Idempotency_Key="a")
    IdempotencyRecord.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    read_object(api.post({**JOHN, "customer_email": "x@example.com"}, Idempotency_Key="a"), 201)


def test_key__sent_many_times_at_once(site: Site) -> None:
    headers = {"Authorization": f"Bearer {make_api_key(make_seller())[1]}", "Idempotency-Key": "a"}

    def send(_number: int) -> tuple[int, Any]:
        response = requests.post(f"{site.url}{SECOND}", json=JOHN, headers=headers, timeout=60)
        return response.status_code, response.json()

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(24)))

    created = [body for status, body in answers if status == 201]
    assert Customer.objects.count() == 1
    assert created
    assert all(body == created[0] for body in created)
    assert {status for status, _body in answers} <= {201, 409}
