"""Text rules that hold for every door: what can be kept, and how it is searched."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: How many words of a search are looked at; databases limit how deep a condition may be.
SEARCHED_WORDS: Final = 20

# PostgreSQL cannot store U+0000, and no database can store half of a surrogate pair.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    """Return `text` with U+FFFD in place of what a database cannot keep."""
    return _UNSTORABLE.sub("\ufffd", text)


def validate_storable(text: str) -> None:
    """Raise ValidationError for text that a database cannot keep."""
    if not is_storable(text):
        raise ValidationError(_("Null characters are not allowed."), code="unstorable")


def fold(text: str) -> str:
    """Return `text` without case, accents and umlaut dots: the form in which searches compare.

    Made in Python because databases disagree on what letters outside ASCII fold to.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
