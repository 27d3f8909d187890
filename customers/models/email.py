"""What an e-mail address is, and when two are the same: one rule for every door.

The form is that of the documents (the `email` format of JSON Schema as My Virtual Office checks
it): ASCII only, atoms joined by dots before the @, at least two labels after it. It has no limit
of length, so neither has the record.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Possessive quantifiers: each character is looked at once, however hostile the text.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
EMAIL_FORMAT: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+@{_LABEL}(?:\.{_LABEL})++")

#: Longest key that is kept as written; an index cannot hold entries of any length.
KEY_LENGTH: Final = 254


def is_email(text: str) -> bool:
    return EMAIL_FORMAT.fullmatch(text) is not None


def validate_email_format(text: str) -> None:
    """Raise ValidationError unless `text` is an address in the documents' form."""
    if not is_email(text):
        raise ValidationError(_("Enter a valid e-mail address."), code="invalid")


def email_key(email: str) -> str:
    """Return the form in which two spellings of one address are equal.

    Letter case is ignored, as every mail system in use does, although the documents speak of plain
    strings. Addresses of over 254 characters end in a hash, behind a character that no domain has.
    """
    key = email.lower()
    if len(key) <= KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: KEY_LENGTH - len(digest) - 1]}~{digest}"
