"""People's names, where a system knows one text or a missing part and the record knows two parts."""

from __future__ import annotations

from typing import Final

#: Stands for a part of a name that somebody does not have.
NO_NAME: Final = "-"


def split_name(text: str) -> tuple[str, str]:
    """Return the first and the last name that `text` holds, divided at its last space.

    A single word is a last name. `join_name` makes the same text of them again, without the space
    around it.
    """
    whole = text.strip()
    first, _space, last = whole.rpartition(" ")
    return (first, last) if first and first != NO_NAME else (NO_NAME, whole)


def join_name(first: str, last: str) -> str:
    """Return the one text for a first and a last name."""
    return last if first == NO_NAME else f"{first} {last}"
