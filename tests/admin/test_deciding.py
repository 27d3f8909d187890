"""What staff do about deliveries: try again, link, decide differences; each by who may, and by POST alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, CustomerChange, EntryState, OutboxEntry, Seller, UpstreamLink
from tests.admin.pages import LIST, page_text, signed_in
from tests.admin.upstream import blocked, connected, delivered
from tests.factory import make_api_key, make_customer, make_seller, make_user
from tests.parts import Site

BUTTONS = ("retry", "link", "create_again", "push_ours", "take_theirs", "send")
ENTRIES = "/admin/customers/outboxentry/"


def press(client: Client, customer: Customer, button: str, **values: str) -> str:
    """Press a button on the customer's page; return what the next page says."""
    url = f"{LIST}{customer.pk}/do/{button}/"
    return page_text(client.post(url, {"system": "my_virtual_office", **values}, follow=True))


@pytest.fixture
def drifted(seller: Seller) -> Customer:
    connected(seller)
    customer = make_customer(seller, company_name="Ours")
    UpstreamLink.objects.filter(pk=delivered(customer).pk).update(drift={"company_name": ["Ours", "Theirs"]})
    return customer


def test_push_ours__sends_our_value(owner: Client, drifted: Customer) -> None:
    text = press(owner, drifted, "push_ours")

    assert "Our values are sent." in text
    assert OutboxEntry.objects.filter(customer=drifted, state=EntryState.PENDING).exists()
    assert UpstreamLink.objects.get().acknowledged["company_name"] == "Theirs"


def test_take_theirs__takes_it_and_sends_nothing_back(owner: Client, drifted: Customer) -> None:
    text = press(owner, drifted, "take_theirs")

    drifted.refresh_from_db()
    assert "were taken over" in text
    assert drifted.company_name == "Theirs"
    assert not OutboxEntry.objects.exclude(state=EntryState.DELIVERED).exists()
    assert CustomerChange.objects.filter(customer=drifted)[0].who() == "owner@example.com"


@pytest.mark.parametrize(("action", "value"), [("push_ours", "Ours"), ("take_theirs", "Theirs")])
def test_action__decides_for_many(owner: Client, drifted: Customer, seller: Seller, action: str, value: str) -> None:
    calm = make_customer(seller)
    delivered(calm)
    chosen = {"action": action, "_selected_action": [str(drifted.pk), str(calm.pk)]}

    text = page_text(owner.post(LIST, chosen, follow=True))

    drifted.refresh_from_db()
    assert "1 customer was changed." in text
    assert "1 customer was so already." in text
    assert (drifted.company_name, UpstreamLink.objects.filter(drift={}).count()) == (value, 2)


def test_retry__makes_a_blocked_customer_pending(owner: Client, seller: Seller) -> None:
    connected(seller)
    customer = make_customer(seller)
    blocked(customer)

    press(owner, customer, "retry")

    assert OutboxEntry.objects.get().state == EntryState.PENDING


def test_send__sends_who_was_there_before_the_connection(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    connected(seller)

    press(owner, customer, "send")

    assert OutboxEntry.objects.get().customer == customer


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_buttons__are_for_those_who_may(drifted: Customer, other: Seller, button: str, who: str) -> None:
    user = make_user(
        "x@example.com", drifted.seller if who == "viewer" else other, "viewer" if who == "viewer" else "owner"
    )
    before = _state()

    response = signed_in(user).post(f"{LIST}{drifted.pk}/do/{button}/", {"system": "my_virtual_office"})

    assert response.status_code == (403 if who == "viewer" else 404)
    assert _state() == before


@pytest.mark.parametrize("button", BUTTONS)
def test_buttons__do_nothing_by_a_link_or_without_the_token(owner: Client, drifted: Customer, button: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner.cookies
    before = _state()
    url = f"{LIST}{drifted.pk}/do/{button}/"

    answers = [owner.get(url).status_code, strict.post(url, {"system": "my_virtual_office"}).status_code]

    assert answers == [405, 403]
    assert _state() == before


@pytest.mark.parametrize("button", [*BUTTONS, "junk", "get_queryset"])
@pytest.mark.parametrize("system", ["", "junk", "\0", "x" * 500, "my_virtual_office"])
def test_buttons__answer_junk(owner: Client, seller: Seller, button: str, system: str) -> None:
    customer = make_customer(seller)

    response = owner.post(f"{LIST}{customer.pk}/do/{button}/", {"system": system, "upstream_id": "\0", "back": "//x.y"})

    assert response.status_code in (302, 404)
    assert "x.y" not in response.headers.get("Location", "")


@pytest.fixture
def upstream(transactional_db: None, settings: Any) -> Iterator[tuple[Seller, str]]:
    """A second seller, served by a real site, and its key."""
    there = make_seller("there")
    with Site() as site:
        settings.MY_VIRTUAL_OFFICE_URL = site.url
        yield there, make_api_key(there)[1]


def test_link__asks_the_upstream(upstream: tuple[Seller, str]) -> None:
    from customers.delivery.connections import connect

    there, key = upstream
    seller = make_seller()
    owner = signed_in(make_user("owner@example.com", seller, "owner"))
    connect(seller, "my_virtual_office", key)
    same, stranger = make_customer(there, email="a@example.com"), make_customer(there, email="b@example.com")
    customer = make_customer(seller, email="A@example.com")
    blocked(customer, "link_needed")

    answers = [
        press(owner, customer, "link", upstream_id=str(one)) for one in ("no id!", there.pk, stranger.pk, same.pk)
    ]

    assert "is not an ID" in answers[0]
    assert "The upstream has no customer" in answers[1]
    assert "has another e-mail address: b@example.com" in answers[2]
    assert "The customer is linked." in answers[3]
    assert UpstreamLink.objects.get(customer=customer).upstream_id == str(same.pk)


def test_list__shows_what_is_not_delivered(owner: Client, seller: Seller) -> None:
    connected(seller)
    done, stuck = make_customer(seller, last_name="Donedone"), make_customer(seller, last_name="Stuckstuck")
    delivered(done)
    blocked(stuck, words="400 body/email must match format")

    shown, everything = page_text(owner.get(ENTRIES)), page_text(owner.get(f"{ENTRIES}?state=all"))

    assert "Stuckstuck" in shown
    assert "body/email must match format" in shown
    assert "Donedone" not in shown
    assert "Donedone" in everything


def test_entry__shows_every_try(owner: Client, seller: Seller) -> None:
    connected(seller)
    entry = blocked(make_customer(seller))
    entry.attempts.create(
        method="POST",
        path="/api/customers",
        body={"email": "x@example.com"},
        started_at=entry.waiting_since,
        outcome="refused",
        status=400,
        duration_ms=123,
        excerpt="<b>words</b>",
    )

    text = page_text(owner.get(f"{ENTRIES}{entry.pk}/change/"))

    for shown in ("POST", "400", "123 ms", "refused", "&lt;b&gt;words&lt;/b&gt;", "e-mail address"):
        assert shown in text


def test_retry_since__shows_first_and_then_tries_ones_own(owner: Client, seller: Seller, other: Seller) -> None:
    for one in (seller, other):
        connected(one)
        blocked(make_customer(one))
    since = {"since_0": "2020-01-01", "since_1": "00:00"}

    shown = page_text(owner.get(f"{ENTRIES}retry/", since))
    later = page_text(owner.get(f"{ENTRIES}retry/", {**since, "since_0": "2999-01-01"}))
    kept = OutboxEntry.objects.filter(state=EntryState.BLOCKED).count()
    owner.post(f"{ENTRIES}retry/", since)

    assert "Try 1 change again" in shown
    assert "Nothing failed since then" in later
    assert kept == 2
    assert OutboxEntry.objects.get(state=EntryState.BLOCKED).seller == other


@pytest.mark.parametrize(
    "since", [{}, {"since_0": "junk", "since_1": "\0"}, {"since_0": "0001-01-01", "since_1": "0:0"}]
)
def test_retry_since__answers_junk(owner: Client, seller: Seller, since: dict[str, str]) -> None:
    connected(seller)
    blocked(make_customer(seller))

    answers = [owner.get(f"{ENTRIES}retry/", since).status_code, owner.post(f"{ENTRIES}retry/", since).status_code]

    assert max(answers) < 400
    viewer = signed_in(make_user("viewer@example.com", seller, "viewer"))
    assert viewer.post(f"{ENTRIES}retry/", since).status_code == 403


def _state() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Customer, OutboxEntry, UpstreamLink)]
