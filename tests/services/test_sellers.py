from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import services
from customers.exceptions import InvalidInput
from customers.models import ApiKey, Membership, Seller, User
from tests.factory import make_api_key, make_seller, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values",
    [
        {"slug": "acme"},
        {"slug": "with blank"},
        {"slug": "x" * 64},
        {"slug": ""},
        {"name": ""},
        {"name": "a\0"},
        {"customer_limit": -1},
        {"time_zone": "Mars"},
        {"default_language": "xx"},
    ],
)
def test_create_seller__bad_input(values: dict[str, object]) -> None:
    make_seller("acme")

    with pytest.raises(InvalidInput):
        services.create_seller(**{"slug": "new", "name": "New", **values})  # type: ignore[arg-type]

    assert Seller.objects.count() == 1


def test_create_staff__new_and_known() -> None:
    first, second = make_seller(), make_seller("other")

    user, password = services.create_staff("Ada@Example.com", seller=first, role="owner")
    again, nothing = services.create_staff("ada@example.com", seller=second)

    assert user.email == "ada@example.com"
    assert user.check_password(password or "")
    assert (again, nothing, user.is_superuser) == (user, None, False)
    assert set(Membership.objects.values_list("seller__slug", "role")) == {("acme", "owner"), ("other", "manager")}


@pytest.mark.parametrize(
    ("email", "role"), [("ada", "owner"), ("a\0@b.de", "owner"), ("new@b.de", "king"), ("ada@b.de", "owner")]
)
def test_create_staff__bad_input_writes_nothing(email: str, role: str) -> None:
    seller = make_seller()
    make_user("ada@b.de", seller)

    with pytest.raises(InvalidInput):
        services.create_staff(email, seller=seller, role=role)

    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


def test_create_api_key__keeps_no_plain_text() -> None:
    key, plain = make_api_key(make_seller())

    stored = ApiKey.objects.values().get()
    assert len(plain) == len("sk_live_") + 48
    assert plain.startswith(key.prefix)
    assert len(key.prefix) == 16
    assert all(plain not in str(value) for value in stored.values())


@pytest.mark.parametrize(
    "values",
    [
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": ["read", "x"]},
        {"name": ""},
        {"name": "x" * 101},
        {"expires_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_create_api_key__bad_input(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        make_api_key(make_seller(), **values)

    assert not ApiKey.objects.exists()


def test_revoke_api_key__twice_keeps_the_first_time() -> None:
    key, _plain = make_api_key(make_seller())

    first = services.revoke_api_key(key.prefix).revoked_at

    assert first is not None
    assert services.revoke_api_key(key.prefix).revoked_at == first


@pytest.mark.parametrize("prefix", ["", "sk_live_", "sk_live_12345678", "\0", "\ud800"])
def test_revoke_api_key__unknown(prefix: str) -> None:
    key, _plain = make_api_key(make_seller())

    with pytest.raises(InvalidInput):
        services.revoke_api_key(prefix)

    key.refresh_from_db()
    assert key.revoked_at is None
