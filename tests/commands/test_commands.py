from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers import services
from customers.models import ApiKey, Membership, Seller, User
from customers.models.api_key import is_well_formed
from tests.factory import make_api_key, make_seller, make_user
from tests.parts import manage
from tests.systems.my_virtual_office.api import Api

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_create_seller() -> None:
    output = run("create_seller", "acme", "--name", "Acme GmbH", "--customer-limit", "10")

    seller = Seller.objects.get()
    assert (seller.slug, seller.name, seller.customer_limit) == ("acme", "Acme GmbH", 10)
    assert output == f"Created seller acme ({seller.id}).\n"


def test_create_api_key__prints_nothing_but_a_key_that_works() -> None:
    make_seller()

    output = run("create_api_key", "acme", "--name", "shop")

    key = output.removesuffix("\n")
    assert is_well_formed(key)
    assert Api(key).get("/api/customers").status_code == 200


def test_create_api_key__scopes_and_expiry(settings: Any) -> None:
    make_seller()
    day = timezone.localdate() + timedelta(days=1)

    run("create_api_key", "acme", "--name", "shop", "--scopes", "read", "--expires", day.isoformat())

    key = ApiKey.objects.get()
    assert key.scopes == ["read"]
    assert key.expires_at is not None
    assert timezone.localtime(key.expires_at).isoformat().startswith(f"{day + timedelta(days=1)}T00:00:00")


def test_revoke_api_key() -> None:
    key, plain = make_api_key(make_seller())

    output = run("revoke_api_key", key.prefix)

    assert output == f"Revoked test ({key.prefix}…) of acme.\n"
    assert Api(plain).get("/api/customers").json()["message"] == "API key has been revoked"


def test_list_api_keys() -> None:
    key, _plain = make_api_key(make_seller(), scopes=["read"])
    other, plain = make_api_key(make_seller("other"), expires_at=timezone.now() + timedelta(days=1))
    Api(plain).get("/api/customers")
    services.revoke_api_key(key.prefix)

    mine, everybody = run("list_api_keys", "acme"), run("list_api_keys")

    assert re.fullmatch(rf"{key.prefix}\tacme\ttest\tread\trevoked \d{{4}}-\d\d-\d\d \d\d:\d\d\tnever\n", mine)
    assert mine in everybody
    assert f"{other.prefix}\tother\ttest\tread,write\tactive until 20" in everybody
    assert plain not in everybody
    with pytest.raises(CommandError):
        run("list_api_keys", "unknown")


def test_create_staff__new_user_can_sign_in(client: Any) -> None:
    make_seller()

    output = run("create_staff", "Ada@Example.com", "--seller", "acme", "--role", "viewer")

    match = re.fullmatch(r"Created ada@example\.com for Acme\. Password \(not shown again\): (\S+)\n", output)
    assert match is not None
    assert client.login(username="ADA@example.com", password=match[1])
    assert (Membership.objects.get().role, User.objects.get().is_superuser) == ("viewer", False)


def test_create_staff__known_user_keeps_the_password() -> None:
    make_user("ada@example.com", make_seller())
    make_seller("other")

    output = run("create_staff", "ada@example.com", "--seller", "other")

    assert output == "ada@example.com now works for Other too, with the password they have.\n"
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["create_seller", "acme", "--name", "Again"],
        ["create_seller", "not a slug", "--name", "New"],
        ["create_seller", "new", "--name", "New", "--customer-limit", "-1"],
        ["create_seller", "new", "--name", "New", "--customer-limit", "99999999999"],
        ["create_seller", "new"],
        ["create_seller", "new", "--name", "New", "--customer-limit", "ten"],
        ["create_api_key", "unknown", "--name", "x"],
        ["create_api_key", "acme", "--name", ""],
        ["create_api_key", "acme"],
        ["create_api_key", "acme", "--name", "x", "--scopes", "admin"],
        ["create_api_key", "acme", "--name", "x", "--scopes", ""],
        ["create_api_key", "acme", "--name", "x", "--expires", "tomorrow"],
        ["create_api_key", "acme", "--name", "x", "--expires", "2020-01-01"],
        ["create_api_key", "acme", "--name", "x", "--expires", "9999-12-31"],
        ["revoke_api_key", "sk_live_12345678"],
        ["create_staff", "not an address", "--seller", "acme"],
        ["create_staff", "ada@example.com", "--seller", "unknown"],
        ["create_staff", "ada@example.com", "--seller", "acme", "--role", "king"],
    ],
)
def test_command__bad_input_writes_nothing(arguments: list[str]) -> None:
    make_seller()

    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert "\n" not in str(refused.value)
    assert (Seller.objects.count(), ApiKey.objects.count(), User.objects.count()) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_command__bad_input_is_one_line_and_exit_1() -> None:
    done = manage("create_api_key", "unknown", "--name", "x")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: There is no seller “unknown”. create_seller makes one.\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["create_seller"], "the following arguments are required: slug, --name"),
        (
            ["create_seller", "a", "--name", "A", "--customer-limit", "x"],
            "argument --customer-limit: invalid int value: 'x'",
        ),
        (["create_staff", "a@b.de", "--seller", "a", "--role", "king"], "argument --role: invalid choice: 'king'"),
    ],
)
def test_command__wrong_call_is_one_line_and_exit_2(arguments: list[str], line: str) -> None:
    done = manage(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"manage.py {arguments[0]}: error: {line}")
    assert done.stderr.count("\n") == 1
