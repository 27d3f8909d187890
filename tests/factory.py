"""What tests are made of: plain functions, each making one thing through the product's own services."""

from __future__ import annotations

import itertools
from typing import Any

from customers import services
from customers.models import Actor, ApiKey, Customer, Membership, Seller, Source, User

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_seller(slug: str = "acme", **fields: Any) -> Seller:
    return services.create_seller(slug, **{"name": slug.title(), **fields})


def make_user(email: str, seller: Seller | None = None, role: str = "owner", **fields: Any) -> User:
    user = User.objects.create_user(email, PASSWORD, **{"is_staff": True, **fields})
    if seller is not None:
        Membership.objects.create(user=user, seller=seller, role=role)
    return user


def make_api_key(seller: Seller, **fields: Any) -> tuple[ApiKey, str]:
    return services.create_api_key(seller, **{"name": "test", **fields})


def make_actor(**fields: Any) -> Actor:
    return Actor(**{"source": Source.SYSTEM, **fields})


def unsaved_customer(seller: Seller, **fields: Any) -> Customer:
    values = {"first_name": "John", "last_name": "Doe", "email": f"john{next(_numbers)}@example.com", **fields}
    return Customer(seller=seller, **values)


def make_customer(seller: Seller, *, actor: Actor | None = None, **fields: Any) -> Customer:
    return services.create_customer(unsaved_customer(seller, **fields), actor=actor or make_actor())
