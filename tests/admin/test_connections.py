"""Connections in the admin: the key goes in and never comes out; owners manage them, all see how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from customers.models import Connection, OutboxEntry, Seller
from tests.admin.pages import errors_of, page_text, signed_in
from tests.admin.upstream import blocked, connected
from tests.factory import make_api_key, make_customer, make_seller, make_user
from tests.parts import Site

PAGE = "/admin/customers/connection/"
BUTTONS = ("test", "pause", "resume", "send_everybody", "disconnect")
KEY = "sk_live_not_to_be_shown"


def press(client: Client, connection: Connection, button: str, **values: str) -> str:
    return page_text(client.post(f"{PAGE}{connection.pk}/do/{button}/", values, follow=True))


def test_key__goes_in_and_never_comes_out(owner: Client, seller: Seller) -> None:
    values = {"seller": str(seller.pk), "system": "my_virtual_office", "credential": KEY}

    answer = owner.post(f"{PAGE}add/", values, follow=True)

    connection = Connection.objects.get()
    assert connection.credential == KEY
    kept = [
        *Connection.objects.values_list(),
        *LogEntry.objects.values_list("object_repr", "change_message"),
        *Session.objects.values_list("session_data"),
    ]
    pages = [page_text(owner.get(path)) for path in (PAGE, f"{PAGE}{connection.pk}/change/", f"{PAGE}add/", "/admin/")]
    for text in (str(kept), str(owner.cookies), page_text(answer), *pages):
        assert KEY not in text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"credential": ""}, "credential"),
        ({"credential": "with space"}, "credential"),
        ({"credential": "ü" * 30}, "credential"),
        ({"credential": "x" * 5000}, "credential"),
        ({"credential": "a\nb"}, "credential"),
        ({"system": "junk"}, "system"),
        ({"seller": ""}, "seller"),
    ],
)
def test_key__bad_input(owner: Client, seller: Seller, values: dict[str, str], field: str) -> None:
    sent = {"seller": str(seller.pk), "system": "my_virtual_office", "credential": KEY, **values}

    response = owner.post(f"{PAGE}add/", sent)

    assert list(errors_of(response)) == [field]
    assert not Connection.objects.exists()
    assert KEY not in page_text(response)


def test_connection__is_made_once(owner: Client, seller: Seller) -> None:
    connected(seller)

    response = owner.post(f"{PAGE}add/", {"seller": str(seller.pk), "system": "my_virtual_office", "credential": KEY})

    assert "This seller is already connected to this system." in page_text(response)
    assert Connection.objects.get().credential != KEY


def test_new_key__ends_a_pause(owner: Client, seller: Seller) -> None:
    connection = connected(seller)
    press(owner, connection, "pause")

    owner.post(f"{PAGE}{connection.pk}/change/", {"credential": ""})
    kept = Connection.objects.get()
    owner.post(f"{PAGE}{connection.pk}/change/", {"credential": KEY})

    assert (kept.pause, kept.credential) == ("by_hand", "sk_live_of_the_upstream")
    assert (Connection.objects.get().pause, Connection.objects.get().credential) == ("", KEY)


def test_pause_and_resume(owner: Client, seller: Seller) -> None:
    connection = connected(seller)

    paused = press(owner, connection, "pause")
    state = Connection.objects.get().pause
    resumed = press(owner, connection, "resume")

    assert "paused by hand" in paused
    assert (state, Connection.objects.get().pause) == ("by_hand", "")
    assert "The connection is active again." in resumed


def test_send_everybody__says_how_many_beforehand(owner: Client, seller: Seller) -> None:
    for _number in range(2):
        make_customer(seller)
    connection = connected(seller)

    shown = page_text(owner.get(f"{PAGE}{connection.pk}/change/"))
    done = press(owner, connection, "send_everybody")

    assert "Send 2 customers who are not there yet" in shown
    assert "2 customers will be sent." in done
    assert OutboxEntry.objects.count() == 2


def test_disconnect__asks_and_then_says_what_was_not_sent(owner: Client, seller: Seller) -> None:
    connection = connected(seller)
    blocked(make_customer(seller))

    asked = press(owner, connection, "disconnect")
    kept = Connection.objects.exists()
    done = press(owner, connection, "disconnect", sure="yes")

    assert "Tick the box" in asked
    assert kept
    assert "1 change was not sent." in done
    assert not Connection.objects.exists()


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("role", ["viewer", "manager"])
def test_buttons__are_for_owners(seller: Seller, button: str, role: str) -> None:
    connection = connected(seller)
    client = signed_in(make_user("x@example.com", seller, role))

    response = client.post(f"{PAGE}{connection.pk}/do/{button}/", {"sure": "yes"})

    assert response.status_code == 403
    assert Connection.objects.get().pause == ""
    assert "/do/" not in page_text(client.get(f"{PAGE}{connection.pk}/change/"))


@pytest.mark.parametrize("button", BUTTONS)
def test_buttons__of_a_foreign_connection_are_not_there(owner: Client, other: Seller, button: str) -> None:
    connection = connected(other)

    assert owner.post(f"{PAGE}{connection.pk}/do/{button}/", {"sure": "yes"}).status_code == 404
    assert Connection.objects.get().pause == ""


@pytest.fixture
def upstream(transactional_db: None, settings: Any) -> Iterator[Site]:
    with Site() as site:
        settings.MY_VIRTUAL_OFFICE_URL = site.url
        yield site


def test_test__tells_a_good_key_from_a_bad_one_and_from_silence(upstream: Site, settings: Any) -> None:
    from customers.delivery.connections import connect

    seller = make_seller()
    owner = signed_in(make_user("owner@example.com", seller, "owner"))
    connection, _is_new = connect(seller, "my_virtual_office", make_api_key(make_seller("there"))[1])

    good = press(owner, connection, "test")
    connect(seller, "my_virtual_office", KEY)
    bad = press(owner, connection, "test")
    settings.MY_VIRTUAL_OFFICE_URL = "http://127.0.0.1:9"
    silent = press(owner, connection, "test")

    assert "The connection works." in good
    assert "The upstream said: 401 Invalid API key" in bad
    assert "The upstream did not answer" in silent
    for text in (good, bad, silent):
        assert KEY not in text
