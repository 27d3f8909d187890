"""API keys: how they are made, recognised and stored.

A key is `sk_live_` and 48 characters of 0-9, A-Z and a-z: 42 random ones and a checksum of six over
all that stands before it. A mistyped key is thus told from a revoked one without asking the
database. Stored are a hash and the first characters; 250 random bits need neither salt nor a slow
hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from typing import ClassVar, Final

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.models.ids import uuid7
from customers.models.seller import Seller
from customers.models.text import validate_storable
from customers.models.user import User

KEY_PREFIX: Final = "sk_live_"
ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH: Final = 42
CHECKSUM_LENGTH: Final = 6
#: How much of a key is stored and shown, so that people can tell their keys apart.
SHOWN_LENGTH: Final = len(KEY_PREFIX) + 8
_KEY: Final = re.compile(rf"{KEY_PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")


def checksum(text: str) -> str:
    """Return the CRC-32 of `text` as six characters of the alphabet."""
    rest, digits = zlib.crc32(text.encode("ascii")), ""
    for _position in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def generate_key() -> str:
    """Return a new key in plain text."""
    start = KEY_PREFIX + "".join(secrets.choice(ALPHABET) for _position in range(RANDOM_LENGTH))
    return start + checksum(start)


def is_well_formed(key: str) -> bool:
    """Return whether `key` could be one of ours: the right form and checksum."""
    return _KEY.fullmatch(key) is not None and checksum(key[:-CHECKSUM_LENGTH]) == key[-CHECKSUM_LENGTH:]


def hash_key(key: str) -> str:
    """Return what is stored of `key`: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()


class Scope(models.TextChoices):
    READ = "read", _("read")
    WRITE = "write", _("write")


def all_scopes() -> list[str]:
    return [str(scope) for scope in Scope]


class ApiKey(models.Model):
    """A key with which a program acts for a seller."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seller = models.ForeignKey(Seller, models.CASCADE, related_name="api_keys", verbose_name=_("seller"))
    name = models.CharField(
        _("name"), max_length=100, validators=[validate_storable], help_text=_("What the key is for.")
    )
    prefix = models.CharField(_("starts with"), max_length=SHOWN_LENGTH, unique=True, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=all_scopes)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, help_text=_("Empty: never."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    # Written at most once a minute, so that reads stay reads.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
