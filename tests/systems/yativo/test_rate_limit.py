from __future__ import annotations

import time
from typing import Any

from customers.models import Seller
from tests.factory import make_api_key
from tests.systems.yativo.api import FIRST, JOHN, SECOND, Api, document, ordered, read_json

ID = "5ae2f659-45d2-4256-9f82-2811726a5376"


def test_429__in_the_documented_words(seller: Seller, settings: Any) -> None:
    settings.API_RATE_LIMIT = 2
    limited, other = (Api(make_api_key(seller)[1]) for _number in range(2))

    answers = [limited.get(path) for path in (FIRST, SECOND, FIRST)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    body = read_json(answers[2], 429)
    wait = int(answers[2]["Retry-After"])
    assert ordered(body) == ordered({**document("error_429"), "retry_after": wait})
    assert 1 <= wait <= 120
    assert other.get(FIRST).status_code == 200


def test_rate_limit__is_told_in_every_answer_to_a_key(seller: Seller, settings: Any) -> None:
    settings.API_RATE_LIMIT = 5
    api = Api(make_api_key(seller)[1])
    earliest = int(time.time())

    answers = [
        api.get(SECOND),
        api.get(f"{FIRST}/{ID}"),
        api.post({}),
        api.put(ID, b"{"),
        api.send("POST", FIRST, JOHN),
        api.get(FIRST),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 422, 400, 400, 429]
    assert {answer["X-RateLimit-Limit"] for answer in answers} == {"5"}
    remaining = [int(answer["X-RateLimit-Remaining"]) for answer in answers]
    assert remaining[0] == 4
    assert remaining[4:] == [0, 0]
    assert remaining == sorted(remaining, reverse=True)
    for answer in answers:
        assert earliest <= int(answer["X-RateLimit-Reset"]) <= int(time.time()) + 61


def test_rate_limit__is_not_told_to_strangers_or_where_there_is_none(api: Api, settings: Any) -> None:
    unlimited = api.get(FIRST)
    settings.API_RATE_LIMIT = 5
    stranger = Api("").get(FIRST)

    assert (unlimited.status_code, stranger.status_code) == (200, 401)
    for answer in (unlimited, stranger):
        assert "X-RateLimit-Limit" not in answer
