"""Sellers and their staff."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from customers.exceptions import InvalidInput
from customers.models import Membership, Role, Seller, User
from customers.models.email import email_key, is_email


def create_seller(slug: str, *, name: str, **fields: Any) -> Seller:
    """Create a seller. Raises InvalidInput for a taken or malformed slug, name or limit."""
    seller = Seller(slug=slug, name=name, **fields)
    _clean(seller)
    seller.save(force_insert=True)
    return seller


def create_staff(
    email: str, *, seller: Seller, role: str = Role.MANAGER, is_superuser: bool = False
) -> tuple[User, str | None]:
    """Let a person work for `seller`, as a new user with a generated password or as one that exists.

    Returns the user and the password, which is kept nowhere; None for a user that existed, whose
    password stays. Raises InvalidInput.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email_key(email)).first() if is_email(email) else None
        password = None
        if user is None:
            password = secrets.token_urlsafe(12)
            user = User(email=email_key(email), is_staff=True, is_superuser=is_superuser)
            user.set_password(password)
            _clean(user)
            user.save()
        membership = Membership(user=user, seller=seller, role=role)
        _clean(membership)
        membership.save()
    return user, password


def _clean(instance: Seller | User | Membership) -> None:
    try:
        instance.full_clean()
    except ValidationError as error:
        lines = [
            message if field == "__all__" else f"{field}: {message}"
            for field, messages in error.message_dict.items()
            for message in messages
        ]
        raise InvalidInput(" ".join(lines)) from error
