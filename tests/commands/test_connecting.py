"""connect, disconnect and rotate_credentials, each in a process of its own; no key is ever printed."""

from __future__ import annotations

import pytest

from customers.models import Connection, OutboxEntry, Seller
from tests.commands.running import Command
from tests.factory import make_customer, make_seller

pytestmark = pytest.mark.django_db(transaction=True)


def test_connect__reads_the_key_and_prints_it_nowhere(seller: Seller, command: Command) -> None:
    again = command("connect", "acme", "my_virtual_office", "--credential-env", "SECRET", SECRET="sk_live_second")

    assert again.stdout == "acme has a new key for my_virtual_office.\n"
    assert Connection.objects.get().credential == "sk_live_second"
    assert "sk_live_second" not in again.stdout + again.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("acme", "my_virtual_office"), ""),
        (("acme", "my_virtual_office"), "a key with spaces\n"),
        (("acme", "nowhere"), "key\n"),
        (("acme", "yativo", "--send-existing"), "key\n"),
        (("acme", "yativo", "--set", "enterprise=acme"), "key\n"),
        (("acme", "pexip_engage", "--set", "enterprise"), "key\n"),
        (("acme", "pexip_engage", "--set", "enterprise=a b"), "key\n"),
        (("nobody", "my_virtual_office"), "key\n"),
        (("acme", "my_virtual_office", "--credential-env", "NOT_SET"), ""),
    ],
)
def test_connect__bad_input_is_one_line(command: Command, arguments: tuple[str, ...], stdin: str) -> None:
    make_seller()

    done = command("connect", *arguments, stdin=stdin)

    assert done.returncode in (1, 2)
    assert len(done.stderr.strip().splitlines()) == 1
    assert not Connection.objects.exists()


def test_connect__can_send_who_is_there(command: Command) -> None:
    seller = make_seller()
    for _number in range(3):
        make_customer(seller)

    done = command("connect", "acme", "my_virtual_office", "--send-existing", stdin="key")

    assert "3 existing customers wait to be sent." in done.stdout
    assert OutboxEntry.objects.count() == 3


def test_disconnect__asks_first(seller: Seller, command: Command) -> None:
    make_customer(seller)

    asked = command("disconnect", "acme", "my_virtual_office", stdin="no\n")
    kept = Connection.objects.exists()
    done = command("disconnect", "acme", "my_virtual_office", "--yes")
    again = command("disconnect", "acme", "my_virtual_office", "--yes")

    assert (asked.returncode, kept) == (1, True)
    assert "1 changes wait" in asked.stdout
    assert (done.returncode, Connection.objects.exists()) == (0, False)
    assert again.returncode == 1
    assert len(again.stderr.strip().splitlines()) == 1


def test_rotate_credentials__lets_the_old_key_go(seller: Seller, command: Command, variables: dict[str, str]) -> None:
    old = variables["CREDENTIAL_KEYS"]

    rotated = command("rotate_credentials", CREDENTIAL_KEYS=f"new,{old}")
    works, lost = (
        command("rotate_credentials", CREDENTIAL_KEYS="new"),
        command("rotate_credentials", CREDENTIAL_KEYS="x"),
    )

    assert rotated.stdout == "1 credentials were encrypted anew.\n"
    assert works.returncode == 0
    assert lost.returncode == 1
    assert "Acme" in lost.stderr
