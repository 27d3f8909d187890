from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.utils import timezone

from customers.dialect import idempotency
from customers.models import Customer, IdempotencyRecord, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.my_virtual_office.api import Api, assert_bad, assert_refused

JOHN: dict[str, Any] = {
    "first_name": "John",
    "last_name": "Doe",
    "email": "john@example.com",
    "address_data": {"street": "1", "city": "B"},
}


def test_key__replays_the_first_answer(api: Api) -> None:
    first = api.post(JOHN, Idempotency_Key="a")
    Customer.objects.update(first_name="Jane")

    second = api.post(JOHN, Idempotency_Key="a")

    assert (second.status_code, second.content, second["ETag"]) == (201, first.content, first["ETag"])
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Customer.objects.count() == 1


def test_key__with_another_body(api: Api) -> None:
    api.post(JOHN, Idempotency_Key="a")

    response = api.post({**JOHN, "email": "jane@example.com"}, Idempotency_Key="a")

    assert_refused(response, 409, "Conflict", "Idempotency-Key has already been used with a different request body")
    assert Customer.objects.count() == 1


def test_key__of_another_seller_is_another_key(api: Api) -> None:
    other = Api(make_api_key(make_seller("other"))[1])

    assert api.post(JOHN, Idempotency_Key="a").status_code == 201
    assert other.post(JOHN, Idempotency_Key="a").status_code == 201


def test_key__in_flight(api: Api, seller: Seller) -> None:
    api.post(JOHN, Idempotency_Key="a")
    IdempotencyRecord.objects.update(status=None, token=uuid4(), claimed_at=timezone.now())

    response = api.post(JOHN, Idempotency_Key="a")

    assert_refused(response, 409, "Conflict", "A request with this Idempotency-Key is still being processed")
    assert response["Retry-After"] == "1"


def test_key__of_a_request_that_died_is_taken_over(api: Api) -> None:
    api.post(JOHN, Idempotency_Key="a")
    Customer.objects.update(email_key="other@example.com")
    died = timezone.now() - idempotency.LEASE
    IdempotencyRecord.objects.update(status=None, token=uuid4(), claimed_at=died)

    assert api.post(JOHN, Idempotency_Key="a").status_code == 201


def test_key__refusals_are_replayed_too(api: Api, seller: Seller) -> None:
    make_customer(seller, email=JOHN["email"])
    first = api.post(JOHN, Idempotency_Key="a")
    Customer.objects.update(email_key="other@example.com")

    second = api.post(JOHN, Idempotency_Key="a")

    assert (first.status_code, second.status_code, second.content) == (409, 409, first.content)
    assert Customer.objects.count() == 1


def test_key__a_body_that_was_never_valid_is_not_kept(api: Api) -> None:
    assert api.post({}, Idempotency_Key="a").status_code == 400
    assert api.post(JOHN, Idempotency_Key="a").status_code == 201


def test_key__a_crash_frees_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Customer, "derive", lambda _self: 1 / 0)
        assert api.post(JOHN, Idempotency_Key="a").status_code == 500

    assert not IdempotencyRecord.objects.exists()
    assert api.post(JOHN, Idempotency_Key="a").status_code == 201


def test_key__is_forgotten_after_a_day(api: Api) -> None:
    api.post(JOHN, Idempotency_Key="a")
    IdempotencyRecord.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    response = api.post({**JOHN, "email": "jane@example.com"}, Idempotency_Key="a")

    assert response.status_code == 201
    assert IdempotencyRecord.objects.count() == 1


def test_key__sent_many_times_at_once(site: Site) -> None:
    key = make_api_key(make_seller())[1]
    headers = {"X-API-Key": key, "Idempotency-Key": "a"}

    def send(_number: int) -> tuple[int, str]:
        response = requests.post(f"{site.url}/api/customers", json=JOHN, headers=headers, timeout=30)
        return response.status_code, response.text

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(24)))

    created = {text for status, text in answers if status == 201}
    others = {text for status, text in answers if status != 201}
    assert len(created) == Customer.objects.count() == 1
    in_flight = "A request with this Idempotency-Key is still being processed"
    assert others <= {json.dumps({"error": "Conflict", "message": in_flight}, separators=(",", ":"))}


def test_key__too_long(api: Api) -> None:
    response = api.post(JOHN, Idempotency_Key="a" * 256)

    assert_bad(response, "headers/idempotency-key must NOT have more than 255 characters")
