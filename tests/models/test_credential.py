"""Credentials at rest: only the right key opens them, only in their own place, and nothing shows them."""

from __future__ import annotations

from typing import Any

import pytest

from customers.delivery.connections import connect
from customers.models.credential import CredentialUnreadable, decrypt, encrypt, is_current
from tests.factory import make_seller


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ["first key"]


def test_credential__opens_with_its_key_alone(settings: Any) -> None:
    stored = encrypt("sk_live_secret", "a:b")

    opened = decrypt(stored, "a:b")
    settings.CREDENTIAL_KEYS = ["another key"]

    assert opened == "sk_live_secret"
    assert "secret" not in stored
    with pytest.raises(CredentialUnreadable):
        decrypt(stored, "a:b")


def test_credential__is_never_encrypted_the_same_way_twice() -> None:
    assert encrypt("same", "a:b") != encrypt("same", "a:b")


def test_old_keys__open_what_they_made_until_they_are_taken_away(settings: Any) -> None:
    old = encrypt("secret", "a:b")

    settings.CREDENTIAL_KEYS = ["second key", "first key"]

    assert decrypt(old, "a:b") == "secret"
    assert not is_current(old)
    assert is_current(encrypt("secret", "a:b"))


def test_without_keys__the_sites_own_serves(settings: Any) -> None:
    settings.CREDENTIAL_KEYS = []
    stored = encrypt("secret", "a:b")

    settings.CREDENTIAL_KEYS = ["new key"]

    assert decrypt(stored, "a:b") == "secret"
    assert not is_current(stored)


def test_credential__does_not_open_in_another_place() -> None:
    with pytest.raises(CredentialUnreadable):
        decrypt(encrypt("secret", "seller-1:my_virtual_office"), "seller-2:my_virtual_office")


@pytest.mark.parametrize("change", ["v1", "", "v1.junk.junk", "v1..", "a.b.c.d", "v1.%s.AAAA", "v1.%s.!", "v1.%s."])
def test_credential__that_was_tampered_with_does_not_open(change: str) -> None:
    key_id = encrypt("secret", "a:b").split(".")[1]

    with pytest.raises(CredentialUnreadable):
        decrypt(change % key_id if "%s" in change else change, "a:b")


@pytest.mark.django_db
def test_connection__shows_its_credential_nowhere() -> None:
    connection, _is_new = connect(make_seller(), "my_virtual_office", "sk_live_secret")

    assert connection.credential == "sk_live_secret"
    assert "sk_live_secret" not in f"{connection!r} {connection} {vars(connection)}"
