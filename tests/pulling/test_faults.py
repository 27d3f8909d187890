"""An upstream that fails, throttles, is silent or talks nonsense."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest

from tests.pulling.running import Here
from tests.pulling.upstream import Answer, Request, always, in_turn, silence
from tests.pulling.vendors import Vendor


def normal(vendor: Vendor, id: str) -> Any:
    return lambda _request: vendor.found(vendor.records[id])


@dataclass
class Throttle:
    """Answers 429 to everything that comes before the wait it asked for is over."""

    seconds: float
    until: float = 0
    refused: int = 0

    def __call__(self, _request: Request) -> Answer | None:
        if self.until == 0:
            self.until = time.monotonic() + self.seconds
        if time.monotonic() >= self.until:
            return None
        self.refused += 1
        body = {"error": "rate_limit_exceeded", "message": "Too many requests.", "retry_after": 1}
        return 429, body, {"Retry-After": "1"}


def test_429__waits_as_long_as_it_is_told(here: Here, vendor: Vendor) -> None:
    ids = vendor.put_many(5)
    throttle = Throttle(0.9)
    vendor.first = throttle

    pulled = here.pull_ids(vendor.system, *ids)

    assert (pulled.code, pulled.counts) == (0, (5, 0, 0, 0))
    assert throttle.refused >= 1
    assert sum(vendor.asked(id) for id in ids) == 5 + throttle.refused


def test_429__does_not_count_as_a_try(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")
    throttled = always(429, {}, Retry_After="0")
    upstream.special["c1"] = in_turn(*[throttled] * 10, normal(upstream, "c1"))

    pulled = here.pull_ids(upstream.system, "c1")

    assert (pulled.code, pulled.counts) == (0, (1, 0, 0, 0))


def test_rate_limit__is_kept(here: Here, upstream: Vendor) -> None:
    """A call every two seconds is allowed; the upstream would refuse two within a quarter of that."""
    ids = upstream.put_many(2)
    calls: list[float] = []

    def strict(_request: Request) -> Answer | None:
        calls.append(time.monotonic())
        early = len(calls) > 1 and calls[-1] - calls[-2] < 0.5
        return (400, {}, {}) if early else None

    upstream.first = strict

    pulled = here.pull_ids(upstream.system, *ids, **{f"{upstream.system.upper()}_RATE_LIMIT": "30"})

    assert (pulled.code, pulled.counts) == (0, (2, 0, 0, 0))


@pytest.mark.parametrize("fault", [always(500), always(503, b"<html>"), silence], ids=["500", "503", "silence"])
def test_fault__that_passes_is_not_noticed(here: Here, upstream: Vendor, fault: Any) -> None:
    ids = upstream.put_many(3)
    upstream.special["c002"] = in_turn(fault, fault, normal(upstream, "c002"))

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (0, (3, 0, 0, 0))
    assert upstream.asked("c002") == 3


@pytest.mark.parametrize("fault", [always(500), silence], ids=["500", "silence"])
def test_fault__that_stays_is_refused_after_all_tries(here: Here, upstream: Vendor, fault: Any) -> None:
    ids = upstream.put_many(3)
    upstream.special["c002"] = fault

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 1))
    assert list(pulled.reasons.values()) == [["c002"]]
    assert upstream.asked("c002") == 3


def test_fault__answer_that_does_not_come(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(3)
    ended = Event()

    def hangs(_request: Request) -> None:
        ended.wait(60)

    upstream.special["c002"] = hangs

    pulled = here.pull_ids(upstream.system, *ids, DELIVERY_DEADLINE="1")
    ended.set()

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 1))


def test_faults__five_in_a_row_stop_the_pull(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(40)
    upstream.special = {id: always(500) for id in ids[3:]}

    stopped = here.pull_ids(upstream.system, *ids)

    assert stopped.code == 1
    assert len(here.customers()) == 3
    assert upstream.asked(ids[-1]) == 0


def test_faults__five_in_a_row_are_tried_again_later(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(12)
    upstream.special = {id: always(500) for id in ids[3:]}
    arguments = ("--ids-file", here.ids_file(ids), "--rejects", here.rejects_file)
    stopped = here.pull(upstream.system, *arguments)
    upstream.special = {}

    pulled = here.pull(upstream.system, *arguments)

    assert stopped.code == 1
    assert (pulled.code, pulled.counts) == (0, (12, 0, 0, 0))
    assert here.rejects() == []
    assert [upstream.asked(id) for id in ids[:3]] == [1, 1, 1]


def test_faults__fewer_in_a_row_do_not_stop(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(10)
    upstream.special = {id: always(500) for id in (*ids[:4], *ids[5:9])}

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 8))


def test_upstream__that_is_not_there(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(10)
    upstream.__exit__()

    stopped = here.pull_ids(upstream.system, *ids)
    upstream.__enter__()
    here.variables |= upstream.variables
    pulled = here.pull_ids(upstream.system, *ids)

    assert stopped.code == 1
    assert (pulled.code, pulled.counts) == (0, (10, 0, 0, 0))


def test_forbidden__takes_nothing_over(here: Here, upstream: Vendor) -> None:
    upstream.put("c1")
    upstream.special["c1"] = always(403, {"message": "no"})

    pulled = here.pull_ids(upstream.system, "c1")

    assert pulled.code == 1
    assert here.customers() == []


def test_redirect__is_not_followed(here: Here, upstream: Vendor) -> None:
    with type(upstream)() as elsewhere:
        elsewhere.put("c1")
        upstream.special["c1"] = lambda request: (302, {}, {"Location": elsewhere.url + request.path})

        pulled = here.pull_ids(upstream.system, "c1")

    assert pulled.code == 1
    assert elsewhere.requests == []


def test_answer__too_large(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(3)
    upstream.special["c002"] = lambda _request: upstream.found({**upstream.records["c002"], "more": "x" * 2_000_000})

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 1))


HOSTILE: tuple[Any, ...] = (
    *("a\0b", "\ud800", "x" * 1000, "\u202e", "', --", "{{7*7}}"),
    *(10**400, 1e308, True, [["x"]], {"a": {}}, []),
)


def test_values__of_every_kind_never_end_the_command(here: Here, vendor: Vendor) -> None:
    vendor.put("good")
    for member in vendor.record("c", ("Ada", "Lovelace"), "c@example.com"):
        for number, value in enumerate(HOSTILE):
            vendor.put(f"{member}-{number}")[member] = value

    pulled = here.pull(vendor.system, "--ids-file", here.ids_file(list(vendor.records)))

    assert "Traceback" not in pulled.stderr
    assert sum(pulled.counts) == len(vendor.records)
    assert here.customer("good").email == "good@example.com"


def test_json__that_is_none(here: Here, upstream: Vendor) -> None:
    ids = upstream.put_many(4)
    upstream.special["c002"] = always(200, b'{"data": {"id": NaN}, "id": NaN, "email": Infinity}')
    upstream.special["c003"] = always(200, b"[" * 100_000)

    pulled = here.pull_ids(upstream.system, *ids)

    assert (pulled.code, pulled.counts) == (1, (2, 0, 0, 2))
    assert "Traceback" not in pulled.stderr
