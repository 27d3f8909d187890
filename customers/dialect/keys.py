"""From the key in a request to the seller it belongs to."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db import OperationalError
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from customers.dialect.exceptions import KeyExpired, KeyMissing, KeyRevoked, KeyUnknown
from customers.models import ApiKey
from customers.models.api_key import hash_key, is_well_formed

logger = logging.getLogger(__name__)

#: How exact "last used" is.
LAST_USED_STEP: Final = timedelta(minutes=1)


def bearer_token(authorization: str) -> str:
    """Return the token of an Authorization header; empty for another scheme."""
    scheme, _space, token = authorization.strip(" \t").partition(" ")
    return token.strip(" \t") if scheme.lower() == "bearer" else ""


def bearer_credential(request: HttpRequest) -> str:
    """Return the bearer token of a request as it was sent; empty where there is none."""
    return bearer_token(request.headers.get("Authorization", ""))


def find_key(plain: str) -> ApiKey:
    """Return the key, its seller loaded, and note that it was used.

    A key without the right checksum is refused without asking the database.
    Raises KeyMissing, KeyUnknown, KeyRevoked, KeyExpired.
    """
    if not plain:
        raise KeyMissing
    if not is_well_formed(plain):
        raise KeyUnknown
    key = ApiKey.objects.select_related("seller").filter(hash=hash_key(plain)).first()
    if key is None:
        raise KeyUnknown
    if key.revoked_at is not None:
        raise KeyRevoked
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise KeyExpired
    _note_use(key)
    return key


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used_at is not None and key.last_used_at > now - LAST_USED_STEP:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USED_STEP)
    try:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    except OperationalError:
        # A database that is busy writing does not stop a read.
        logger.warning("The last use of API key %s could not be noted.", key.prefix)
