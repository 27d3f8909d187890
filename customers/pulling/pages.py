"""What is pulled, page by page: ids that somebody named, or the list that the upstream has."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from customers.pulling.fetching import Fetcher, Stopped

#: How many ids make a page.
SIZE: Final = 100


@dataclass(frozen=True, kw_only=True)
class Item:
    """One record to pull; `record` where the page held it already."""

    id: str
    record: Any = None
    is_known: bool = False


class NamedIds:
    """The customers with these ids, each once, in their order."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = list(dict.fromkeys(ids))
        text = "\n".join(self._ids).encode("utf-8", "surrogatepass")
        self.what = hashlib.sha256(text).hexdigest()
        self.total = len(self._ids)

    def page(self, number: int) -> list[Item] | None:
        """Return the items of a page, from 1; None behind the last."""
        ids = self._ids[(number - 1) * SIZE : number * SIZE]
        return [Item(id=one) for one in ids] or None


class Listing:
    """All customers that the upstream lists."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.what = "all"
        self._fetcher = fetcher
        self._last: int | None = None
        self._before: list[str] = []
        self.total = 0

    def page(self, number: int) -> list[Item] | None:
        """Return the items of a page, from 1; None behind the last. Raises Stopped."""
        if self._last is not None and number > self._last:
            return None
        client, data = self._fetcher.client, self._fetcher.page(number)
        self.total, self._last = client.pages_of(data)
        records = client.records_of(data)
        items = [
            Item(id=client.record_id(record) or f"{_('page')} {number}, {place}", record=record, is_known=True)
            for place, record in enumerate(records, 1)
        ]
        ids = [item.id for item in items]
        if ids and ids == self._before:
            raise Stopped(_("The upstream gives the same page again and again."))
        # Who is new in front moves the last of a page to the next, where they come again.
        before, self._before = self._before, ids
        return [item for item in items if item.id not in before] if items else None
