"""Connections to systems that want more than a key, and that customers are fetched from."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from customers.delivery import connections
from customers.models import Actor, Connection, Pull, Seller, Source, UpstreamLink
from customers.models.clock import database_now
from tests.admin.pages import change_url, errors_of, page_text
from tests.admin.test_browser import sign_in
from tests.admin.test_browser import watched as watched
from tests.factory import make_customer, make_seller, make_user
from tests.parts import Site

PAGE = "/admin/customers/connection/"
FIELDS = ("pexip_engage__enterprise", "pexip_engage__client_id", "yativo__account_id")


def add(client: Client, seller: Seller, system: str, **options: str) -> Any:
    sent = {"seller": str(seller.pk), "system": system, "credential": "secret", **options}
    return client.post(f"{PAGE}add/", sent, follow=True)


@pytest.mark.parametrize(
    ("system", "sent", "kept"),
    [
        ("pexip_engage", {}, {"enterprise": "acme"}),
        (
            "pexip_engage",
            {"pexip_engage__enterprise": "acme-be", "pexip_engage__client_id": "frontdesk"},
            {"enterprise": "acme-be", "client_id": "frontdesk"},
        ),
        ("yativo", {"yativo__account_id": "a1"}, {"account_id": "a1"}),
        ("yativo", {"pexip_engage__client_id": "not asked for"}, {}),
    ],
)
def test_options__of_the_chosen_system_are_kept(
    owner: Client, seller: Seller, system: str, sent: dict[str, str], kept: dict[str, str]
) -> None:
    page_text(add(owner, seller, system, **sent))

    connection = Connection.objects.get()
    assert (connection.system, connection.options, connection.pushes) == (system, kept, False)
    assert connection.credential == "secret"


@pytest.mark.parametrize("value", ["a b", "ü", "x" * 201])
def test_option__that_no_address_can_hold_is_refused_beside_its_field(
    owner: Client, seller: Seller, value: str
) -> None:
    response = add(owner, seller, "pexip_engage", pexip_engage__enterprise=value)

    assert list(errors_of(response)) == ["pexip_engage__enterprise"]
    assert not Connection.objects.exists()


def test_option__can_be_changed_without_the_key(owner: Client, seller: Seller) -> None:
    connection, _is_new = connections.connect(seller, "pexip_engage", "secret", {"client_id": "old"})
    url = f"{PAGE}{connection.pk}/change/"
    shown = owner.get(url).context["adminform"].form

    owner.post(url, {"credential": "", "pexip_engage__enterprise": "acme", "pexip_engage__client_id": "new"})

    assert shown.initial["pexip_engage__client_id"] == "old"
    assert "yativo__account_id" not in shown.fields
    stored = Connection.objects.get()
    assert (stored.options, stored.credential) == ({"enterprise": "acme", "client_id": "new"}, "secret")


def test_page__of_a_system_that_nothing_is_sent_to(owner: Client, seller: Seller) -> None:
    make_customer(seller)
    connection, _is_new = connections.connect(seller, "yativo", "secret")
    Pull.objects.create(seller=seller, system="yativo", what="all", counts={"created": 3}, finished_at=database_now())
    Pull.objects.create(seller=seller, system="yativo", what="some", counts={"refused": 2})

    text = page_text(owner.get(f"{PAGE}{connection.pk}/change/"))

    assert "manage.py pull_customers yativo --seller acme" in text
    assert "3 created, 0 updated, 0 unchanged, 0 refused" in text
    assert "not finished: 0 created, 0 updated, 0 unchanged, 2 refused" in text
    assert "send_everybody" not in text
    assert "not delivered" not in text


def test_customer__shows_where_it_was_fetched_from(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller, actor=Actor(source=Source.PULL, system="pexip_engage"))
    now = database_now()
    UpstreamLink.objects.create(
        seller=seller,
        customer=customer,
        system="pexip_engage",
        upstream_id="their-42",
        acknowledged_at=now,
        created_at=now,
    )

    text = page_text(owner.get(change_url(customer)))

    assert "Fetched from" in text
    assert "their-42" in text
    # The history names the system as people do.
    assert "pexip_engage" not in text.replace("/pexip_engage", "")
    assert "Pexip Engage" in text


def test_form__shows_the_options_of_the_chosen_system(site: Site, watched: Any) -> None:
    make_user("ada@example.com", make_seller(), "owner")
    page = watched
    sign_in(page, site, "ada@example.com")
    page.goto(f"{site.url}{PAGE}add/")

    def shown(system: str) -> list[str]:
        page.select_option("[name=system]", system)
        return [name for name in FIELDS if page.locator(f"[name={name}]").is_visible()]

    assert shown("pexip_engage") == list(FIELDS[:2])
    assert shown("yativo") == list(FIELDS[2:])
    assert shown("my_virtual_office") == []
