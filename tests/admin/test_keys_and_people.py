"""API keys, sellers, memberships and users in the admin."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from customers.models import ApiKey, Membership, Seller, User
from customers.models.api_key import is_well_formed
from tests.admin.pages import errors_of, page_text
from tests.factory import make_api_key, make_user
from tests.systems.my_virtual_office.api import Api

KEYS = "/admin/customers/apikey/"


def test_key__is_shown_once_and_kept_nowhere(owner: Client, seller: Seller) -> None:
    response = owner.post(f"{KEYS}add/", {"seller": str(seller.pk), "name": "Shop", "scopes": ["read"]})

    match = re.search(r'id="plain-key"[^>]*>(sk_live_\w+)<', page_text(response))
    assert match is not None
    assert is_well_formed(match[1])
    assert "no-store" in response["Cache-Control"]
    assert f'curl http://testserver/api/customers -H "X-API-Key: {match[1]}"' in page_text(response)
    assert Api(match[1]).get("/api/customers").status_code == 200
    key = ApiKey.objects.get()
    assert (key.scopes, key.created_by.email) == (["read"], "owner@example.com")  # type: ignore[union-attr]
    for page in (KEYS, f"{KEYS}{key.pk}/change/", "/admin/"):
        assert match[1] not in page_text(owner.get(page))
    kept = [
        *LogEntry.objects.values_list("object_repr", "change_message"),
        *Session.objects.values_list("session_data"),
    ]
    assert match[1] not in str(kept)
    assert match[1] not in str(owner.cookies)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"name": ""}, "name"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "expires_at"),
    ],
)
def test_key__bad_input(owner: Client, seller: Seller, values: dict[str, object], field: str) -> None:
    sent = {"seller": str(seller.pk), "name": "Shop", "scopes": ["read"], **values}

    response = owner.post(f"{KEYS}add/", sent)

    assert list(errors_of(response)) == [field]
    assert not ApiKey.objects.exists()


def test_key__only_its_name_changes(owner: Client, seller: Seller) -> None:
    key, plain = make_api_key(seller)

    owner.post(f"{KEYS}{key.pk}/change/", {"name": "New", "scopes": ["read"], "expires_at_0": "2020-01-01"})

    key.refresh_from_db()
    assert (key.name, key.scopes, key.expires_at) == ("New", ["read", "write"], None)
    assert Api(plain).get("/api/customers").status_code == 200


def test_key__is_revoked_after_a_question(owner: Client, seller: Seller, other: Seller) -> None:
    key, plain = make_api_key(seller)
    foreign, foreign_plain = make_api_key(other)
    values = {"action": "revoke", "_selected_action": [str(key.pk), str(foreign.pk)]}

    asked = page_text(owner.post(KEYS, values))
    assert Api(plain).get("/api/customers").status_code == 200
    done = page_text(owner.post(KEYS, {**values, "confirmed": "yes"}, follow=True))

    assert "stop working at once" in asked
    assert foreign.prefix not in asked
    assert "was revoked" in done
    assert Api(plain).get("/api/customers").json()["message"] == "API key has been revoked"
    assert Api(foreign_plain).get("/api/customers").status_code == 200
    assert owner.get(f"{KEYS}{key.pk}/delete/").status_code == 403


def test_operator__makes_sellers_and_memberships(operator: Client) -> None:
    user = make_user("ada@example.com")

    operator.post(
        "/admin/customers/seller/add/",
        {"name": "New", "slug": "new", "customer_limit": "5", "default_language": "de", "time_zone": "Europe/Berlin"},
    )
    seller = Seller.objects.get(slug="new")
    operator.post("/admin/customers/membership/add/", {"seller": str(seller.pk), "user": user.pk, "role": "viewer"})
    again = operator.post(
        "/admin/customers/membership/add/", {"seller": str(seller.pk), "user": user.pk, "role": "owner"}
    )

    assert Membership.objects.get().role == "viewer"
    assert errors_of(again) == {"__all__": ["This user already works for this seller."]}
    assert operator.get(f"/admin/customers/seller/{seller.pk}/delete/").status_code == 403
    assert "0 of 5" in page_text(operator.get("/admin/customers/seller/"))


def test_operator__makes_and_changes_users(operator: Client) -> None:
    password = "a long enough passphrase"
    values = {"email": "Ada@Example.com", "usable_password": "true", "password1": password, "password2": password}

    response = operator.post("/admin/customers/user/add/", {**values, "is_staff": "on"})

    assert response.status_code == 302
    user = User.objects.get(email="ada@example.com")
    assert Client().login(username="ADA@EXAMPLE.COM", password=password)
    assert page_text(operator.get(f"/admin/customers/user/{user.pk}/change/"))
    assert page_text(operator.get("/admin/customers/user/"))
    assert page_text(operator.get(f"/admin/customers/user/{user.pk}/password/"))
    twice = operator.post("/admin/customers/user/add/", values)
    assert errors_of(twice) == {"email": ["Another user already has this e-mail address."]}


def test_owner__changes_roles_of_own_people(owner: Client, seller: Seller) -> None:
    membership = Membership.objects.get(user=make_user("bob@example.com", seller, "viewer"))

    response = owner.post(f"/admin/customers/membership/{membership.pk}/change/", {"role": "manager", "user": "1"})

    membership.refresh_from_db()
    assert response.status_code == 302
    assert (membership.role, membership.user.email) == ("manager", "bob@example.com")
