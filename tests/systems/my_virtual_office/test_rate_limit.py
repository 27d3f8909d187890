from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches

from customers.dialect import rate_limit
from customers.models import Seller
from tests.factory import make_api_key
from tests.systems.my_virtual_office.api import Api


@pytest.fixture(params=["local memory", "Redis"])
def _each_cache(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    if request.param == "Redis":
        url = request.getfixturevalue("redis_url")
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
        cache.clear()
    yield
    if request.param == "Redis":
        caches["default"].clear()


@pytest.mark.usefixtures("_each_cache")
def test_limit__counts_each_key_by_itself(seller: Seller, settings: Any) -> None:
    settings.API_RATE_LIMIT = 3
    first, second = (Api(make_api_key(seller)[1]) for _number in range(2))

    answers = [first.get("/api/customers") for _number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    assert 1 <= int(answers[3]["RateLimit-Reset"]) <= 60
    wait = int(answers[3]["Retry-After"])
    assert 1 <= wait <= 120
    assert answers[3].json() == {
        "error": "Too Many Requests",
        "message": f"Rate limit exceeded. Try again in {wait} seconds.",
    }
    assert second.get("/api/customers").status_code == 200


@pytest.mark.usefixtures("db")
def test_limit__zero_is_none(seller: Seller, settings: Any) -> None:
    settings.API_RATE_LIMIT = 0

    response = Api(make_api_key(seller)[1]).get("/api/customers")

    assert response.status_code == 200
    assert "RateLimit-Limit" not in response


@pytest.mark.usefixtures("_each_cache")
def test_limit__waiting_as_told_is_enough() -> None:
    start = 1_000_000 * rate_limit.WINDOW + 59.0
    for number in range(10):
        assert rate_limit.spend("key", 10, now=start + number / 10).retry_after is None

    refused = rate_limit.spend("key", 10, now=start + 1)
    assert refused.retry_after is not None
    later = rate_limit.spend("key", 10, now=start + 1 + refused.retry_after)

    assert later.retry_after is None


def test_limit__a_burst_across_the_minute_is_one_burst() -> None:
    start = 1_000_000 * rate_limit.WINDOW - 0.5

    allowed = [rate_limit.spend("key", 10, now=start + number / 20).retry_after is None for number in range(20)]

    assert sum(allowed) <= 11


def test_limit__a_cache_that_is_down_limits_nobody(
    seller: Seller, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.API_RATE_LIMIT = 1
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    api = Api(make_api_key(seller)[1])

    assert [api.get("/api/customers").status_code for _number in range(3)] == [200, 200, 200]
    assert "not being limited" in caplog.text
