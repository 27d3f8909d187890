"""Credentials at rest: AES-256-GCM with a key from the environment.

A stored credential names the key that made it, so that keys can be changed without a moment in
which something cannot be read. It is bound to its place (a seller and a system): copied to another
row it does not open.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES: Final = 12


class CredentialUnreadable(Exception):
    """None of the configured keys opens the credential, or it is not in its own place."""


def encrypt(plain: str, place: str) -> str:
    """Return `plain` encrypted with the first key, for `place` alone."""
    key_id, key = next(iter(_keys().items()))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), place.encode())
    return f"v1.{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, place: str) -> str:
    """Return the plain credential. Raises CredentialUnreadable."""
    try:
        _version, key_id, text = stored.split(".")
        sealed = base64.urlsafe_b64decode(text)
        opened = AESGCM(_keys()[key_id]).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
    except (ValueError, KeyError, InvalidTag) as error:
        raise CredentialUnreadable from error
    return opened.decode()


def is_current(stored: str) -> bool:
    """Return whether the first key made `stored`."""
    return stored.split(".")[1:2] == [next(iter(_keys()))]


def _keys() -> dict[str, bytes]:
    """Return the keys by their id, in the order of the settings; SECRET_KEY comes last."""
    texts = [*settings.CREDENTIAL_KEYS, settings.SECRET_KEY]
    derived = [HKDF(SHA256(), 32, salt=None, info=b"frontdesk credential").derive(text.encode()) for text in texts]
    return {hashlib.sha256(key).hexdigest()[:8]: key for key in derived}
