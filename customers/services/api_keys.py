"""Issue and revoke API keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput
from customers.models import ApiKey, Scope, Seller, User
from customers.models.api_key import SHOWN_LENGTH, all_scopes, generate_key, hash_key
from customers.models.text import is_storable


def create_api_key(
    seller: Seller,
    *,
    name: str,
    scopes: Collection[str] | None = None,
    expires_at: datetime | None = None,
    created_by: User | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its plain text, which cannot be had again.

    Raises InvalidInput for unknown or no scopes, a bad name, or an expiry that has passed.
    """
    chosen = all_scopes() if scopes is None else [scope for scope in all_scopes() if scope in scopes]
    if not chosen or (scopes is not None and set(scopes) - set(chosen)):
        raise InvalidInput(_("Scopes are one or more of: %(scopes)s.") % {"scopes": ", ".join(Scope)})
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(_("The expiry has already passed."))
    plain = generate_key()
    key = ApiKey(
        seller=seller,
        name=name,
        prefix=plain[:SHOWN_LENGTH],
        hash=hash_key(plain),
        scopes=chosen,
        expires_at=expires_at,
        created_by=created_by,
    )
    try:
        key.clean_fields(exclude={"seller", "created_at", "created_by"})
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from error
    key.save(force_insert=True)
    return key, plain


def revoke_api_key(prefix: str) -> ApiKey:
    """Revoke the key that starts with `prefix` (of 16 characters, or the whole key) at once.

    Revoking again changes nothing. Raises InvalidInput where there is no such key.
    """
    start = prefix[:SHOWN_LENGTH]
    key = ApiKey.objects.filter(prefix=start).first() if is_storable(start) else None
    if key is None:
        raise InvalidInput(_("No API key starts with “%(prefix)s”.") % {"prefix": start})
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    key.refresh_from_db()
    return key
