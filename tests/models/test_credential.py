"""Credentials at rest: only the right key opens them, only in their own place, and nothing shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command

from customers.delivery.connections import connect
from customers.models import Connection
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


@pytest.mark.django_db
def test_credential__swapped_between_two_sellers_opens_for_neither() -> None:
    one, _is_new = connect(make_seller("one"), "my_virtual_office", "sk_live_one")
    two, _is_new = connect(make_seller("two"), "my_virtual_office", "sk_live_two")

    one.encrypted_credential, two.encrypted_credential = two.encrypted_credential, one.encrypted_credential

    for connection in (one, two):
        with pytest.raises(CredentialUnreadable):
            _ = connection.credential


@pytest.mark.django_db
def test_credential__swapped_between_two_systems_does_not_open() -> None:
    connection, _is_new = connect(make_seller(), "my_virtual_office", "sk_live_secret")

    connection.system = "another_system"

    with pytest.raises(CredentialUnreadable):
        _ = connection.credential


@pytest.mark.django_db
def test_stored_connection__holds_no_credential() -> None:
    connect(make_seller(), "my_virtual_office", "sk_live_secret")

    stored = Connection.objects.get()

    assert "sk_live_secret" not in serializers.serialize("json", [stored])
    assert stored.credential == "sk_live_secret"


def test_unreadable_credential__is_not_told_in_the_error() -> None:
    stored = encrypt("sk_live_secret", "a:b")

    with pytest.raises(CredentialUnreadable) as error:
        decrypt(stored, "c:d")

    assert str(error.value) == ""
    assert "sk_live_secret" not in repr(error.value.__cause__)


@pytest.mark.django_db
def test_rotation__encrypts_anew_what_it_can_open_and_names_the_rest(settings: Any, capsys: Any) -> None:
    old, _is_new = connect(make_seller("old"), "my_virtual_office", "sk_live_old")
    lost, _is_new = connect(make_seller("lost"), "my_virtual_office", "sk_live_lost")
    Connection.objects.filter(pk=lost.pk).update(encrypted_credential=old.encrypted_credential)
    settings.CREDENTIAL_KEYS = ["second key", "first key"]
    new, _is_new = connect(make_seller("new"), "my_virtual_office", "sk_live_new")

    with pytest.raises(CommandError) as error:
        call_command("rotate_credentials")
    settings.CREDENTIAL_KEYS = ["second key"]

    assert Connection.objects.get(pk=old.pk).credential == "sk_live_old"
    assert Connection.objects.get(pk=new.pk).encrypted_credential == new.encrypted_credential
    assert "Lost" in str(error.value)
    said = capsys.readouterr().out
    assert said == "1 credentials were encrypted anew.\n"
    assert "sk_live" not in said + str(error.value)
