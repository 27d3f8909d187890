"""All customers of Yativo, page by page; pages change, fail and lie."""

from __future__ import annotations

import pytest

from customers.models import Customer
from tests.pulling.running import Here
from tests.pulling.upstream import Answer, Request, always, in_turn
from tests.pulling.vendors import Yativo, envelope


def test_all__brings_every_page(here: Here, yativo: Yativo) -> None:
    yativo.put_many(245)
    yativo.records["c100"]["customer_email"] = None

    pulled = here.pull("yativo", "--all")

    assert (pulled.code, pulled.counts) == (1, (244, 0, 0, 1))
    assert list(pulled.reasons.values()) == [["c100"]]
    assert not any(yativo.asked(id) for id in yativo.records)


def test_all__and_by_id_are_the_same_customers(here: Here, yativo: Yativo) -> None:
    ids = yativo.put_many(3)
    here.pull_ids("yativo", *ids[:2])

    pulled = here.pull("yativo", "--all")

    assert pulled.counts == (1, 0, 2, 0)


def test_all__of_nobody(here: Here, yativo: Yativo) -> None:
    pulled = here.pull("yativo", "--all")

    assert (pulled.code, pulled.counts) == (0, (0, 0, 0, 0))


def test_all__a_page_that_grows_meanwhile(here: Here, yativo: Yativo) -> None:
    """Somebody new in front moves the last of a page to the next page, where he comes again."""
    yativo.put_many(245)

    def grows(request: Request) -> Answer | None:
        if request.query.get("page", "1") == "2":
            yativo.records = {"new": yativo.record("new", ("Grace", "Hopper"), "new@example.com"), **yativo.records}
            yativo.first = None
        return None

    yativo.first = grows

    pulled = here.pull("yativo", "--all")

    assert (pulled.code, pulled.counts) == (0, (245, 0, 0, 0))
    assert Customer.objects.count() == 245


def test_all__a_page_that_fails_stops_and_goes_on_later(here: Here, yativo: Yativo) -> None:
    yativo.put_many(245)
    broken = always(500)
    yativo.first = lambda request: broken(request) if request.query.get("page") == "3" else None
    stopped = here.pull("yativo", "--all")
    there = Customer.objects.count()
    yativo.first = None

    pulled = here.pull("yativo", "--all")

    assert stopped.code == 1
    assert 0 < there < 245
    assert (pulled.code, pulled.counts) == (0, (245, 0, 0, 0))


def test_all__a_page_that_fails_for_a_moment(here: Here, yativo: Yativo) -> None:
    yativo.put_many(245)
    yativo.first = in_turn(lambda _request: None, always(503), always(502), lambda _request: None)

    pulled = here.pull("yativo", "--all")

    assert (pulled.code, pulled.counts) == (0, (245, 0, 0, 0))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data": 5}', b'{"data": {}}', b"<html>"], ids=repr)
def test_all__a_page_that_makes_no_sense_stops(here: Here, yativo: Yativo, body: bytes) -> None:
    yativo.put_many(245)
    yativo.first = lambda request: (200, body, {}) if request.query.get("page") == "2" else None

    pulled = here.pull("yativo", "--all")

    assert pulled.code == 1
    assert "Traceback" not in pulled.stderr


def test_all__addresses_of_pages_elsewhere_are_not_called(here: Here, yativo: Yativo) -> None:
    yativo.put_many(3)
    with Yativo() as elsewhere:
        body = envelope(list(yativo.records.values()), last_page=2, next_page_url=f"{elsewhere.url}/api/v1/customer")
        yativo.first = lambda request: (200, body, {}) if request.query.get("page", "1") == "1" else None

        pulled = here.pull("yativo", "--all")

    assert pulled.counts[0] == 3
    assert elsewhere.requests == []


def test_all__pages_that_never_end(here: Here, yativo: Yativo) -> None:
    """Whatever page is asked for, the first one comes and promises another."""
    yativo.put_many(3)
    address = f"{yativo.url}/api/v1/customer?page=1"
    body = envelope(list(yativo.records.values()), total=10**9, last_page=10**9, next_page_url=address)
    yativo.first = always(200, body)

    pulled = here.pull("yativo", "--all")

    assert Customer.objects.count() == 3
    assert "Traceback" not in pulled.stderr
