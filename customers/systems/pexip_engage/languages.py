"""Accept-Language, as the vendor describes it: tags by quality, `*` for the enterprise's default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from customers.models import Language

ANY: Final = "*"
# A tag begins the header or stands behind a comma or, as in the document's own example, a space.
_TAG: Final = re.compile(
    r"(?:^|(?<=[\s,]))(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)(?=[\s,;]|$)"
    r"(?:\s*;\s*[qQ]=(?P<quality>[01](?:\.[0-9]{0,3})?))?"
)
#: Both written forms of Norwegian are Norwegian here.
_SAME: Final = {"nb": Language.NORWEGIAN.value, "nn": Language.NORWEGIAN.value}


class Wanted(NamedTuple):
    """The languages that a client reads, the most wanted first, and those that it does not."""

    languages: tuple[str, ...] = (ANY,)
    excluded: frozenset[str] = frozenset()


def wanted_languages(header: str) -> Wanted:
    """Return what a header asks for; any language where no tag that is wanted can be read."""
    languages = [(_language(found["tag"]), float(found["quality"] or 1)) for found in _TAG.finditer(header)]
    by_quality = sorted((one for one in languages if one[1] > 0), key=lambda one: -one[1])
    wanted = tuple(dict.fromkeys(language for language, _quality in by_quality))
    excluded = frozenset(language for language, quality in languages if quality == 0) - set(wanted)
    return Wanted(wanted or (ANY,), excluded)


def _language(tag: str) -> str:
    primary = tag.partition("-")[0].lower()
    return _SAME.get(primary, primary)


def choose(texts: Mapping[str, str], wanted: Wanted, default: str) -> tuple[str, str] | None:
    """Return the language and the text that serve best; None where none that is wanted is there."""
    left = {language: text for language, text in texts.items() if language not in wanted.excluded}
    for language in wanted.languages:
        if language == ANY and left:
            chosen = default if default in left else min(left)
            return chosen, left[chosen]
        if language in left:
            return language, left[language]
    return None
