"""A pull from its first page to its last: each record by itself, its progress stored with it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from django.db import DataError, transaction
from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput, Refusal
from customers.models import Actor, Connection, Pause, Pull, Source
from customers.models.clock import database_now
from customers.pulling.applying import Outcome, apply
from customers.pulling.fetching import Failing, Fetcher, Stopped
from customers.pulling.pages import Item
from customers.pulling.rejects import Rejects
from customers.pulling.trying import DryRun

#: Records in a row that could not be had, after which nobody is there.
ENOUGH: Final = 5
#: How many ids stand beside a reason, and how many different reasons are told apart.
SHOWN_IDS: Final = 5
MOST_REASONS: Final = 200


class Pages(Protocol):
    what: str
    total: int

    def page(self, number: int) -> list[Item] | None: ...


@dataclass(kw_only=True)
class Run:
    """One run of a pull. `progress` is called with how many records were done."""

    connection: Connection
    fetcher: Fetcher
    pages: Pages
    pull: Pull
    rejects: Rejects
    dry_run: DryRun | None
    progress: Callable[[int, int], object]

    def __post_init__(self) -> None:
        self._failing: list[tuple[Item, str]] = []
        self._actor = Actor(source=Source.PULL, system=self.connection.system, request_id=self.fetcher.correlation_id)

    def go(self) -> None:
        """Do what is left of the pull. Raises Stopped where it cannot go on."""
        self._store()
        while (items := self.pages.page(self.pull.page)) is not None:
            self.progress(0, self.pages.total)
            done = set(self.pull.done)
            for item in items:
                if item.id not in done:
                    self._one(item)
            self._refuse_failing()
            self.pull.page, self.pull.done = self.pull.page + 1, []
            self._store()
        self.pull.finished_at = database_now()
        self._store()

    def _one(self, item: Item) -> None:
        try:
            record = item.record if item.is_known else self.fetcher.customer(item.id)
        except Failing as error:
            self._failing.append((item, str(error)))
            if len(self._failing) >= ENOUGH:
                raise Stopped(_("The upstream does not answer: %(reason)s") % {"reason": error}) from error
            return
        except Stopped:
            raise
        except Refusal as refusal:
            self._refuse_failing()
            self._refuse(item, str(refusal), None)
            return
        self._refuse_failing()
        self._settle(item, record)

    def _settle(self, item: Item, record: Any) -> None:
        try:
            if self.fetcher.client.record_id(record) is None:
                raise InvalidInput(_("The record has not the form that the document shows."))
            if self.dry_run is not None:
                self._count(item, self.dry_run.apply(item.id, record, self._actor))
            else:
                with transaction.atomic():
                    outcome = apply(self.connection, item.id, record, self._actor)
                    self._count(item, outcome)
        except Refusal as refusal:
            self._refuse(item, str(refusal), record)
        except DataError:
            self._refuse(item, _("The record has values that the database cannot hold."), record)

    def _refuse_failing(self) -> None:
        """Count what could not be had as refused: the upstream is there, so it is about these records."""
        for item, words in self._failing:
            self._refuse(item, _("The upstream did not answer: %(reason)s") % {"reason": words}, None)
        self._failing = []

    def _refuse(self, item: Item, reason: str, record: Any) -> None:
        self.rejects.add(item.id, reason, record)
        reasons = self.pull.reasons
        if reason not in reasons and len(reasons) >= MOST_REASONS:
            reason = _("Other reasons.")
        told = reasons.setdefault(reason, {"count": 0, "ids": []})
        told["count"] += 1
        told["ids"] = [*told["ids"], item.id][:SHOWN_IDS]
        self._count(item, Outcome.REFUSED)

    def _count(self, item: Item, outcome: Outcome) -> None:
        self.pull.counts[outcome] = self.pull.counts.get(outcome, 0) + 1
        self.pull.done.append(item.id)
        self._store()
        self.progress(1, self.pages.total)

    def _store(self) -> None:
        self.pull.rejects_size = self.rejects.size
        if self.dry_run is None:
            self.pull.save()


def pull_customers(
    connection: Connection,
    fetcher: Fetcher,
    pages: Pages,
    *,
    dry_run: bool = False,
    restart: bool = False,
    rejects: Path | None = None,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
) -> Pull:
    """Pull the pages' customers, going on where an earlier pull of the same ones ended early.

    Returns what came of it, also of the earlier parts. Raises Stopped, with `pull` on it, where it
    could not go on, and InvalidInput where it cannot begin.
    """
    if connection.pause == Pause.BY_HAND:
        raise InvalidInput(_("The connection is paused."))
    with _alone(connection):
        pull = _begun(connection, pages.what, restart=restart, dry_run=dry_run)
        progress(sum(pull.counts.values()), pages.total)
        path = str(rejects.resolve()) if rejects else ""
        with Rejects(rejects, pull.rejects_size if path and path == pull.rejects_file else None) as file:
            pull.rejects_file = path
            run = Run(
                connection=connection,
                fetcher=fetcher,
                pages=pages,
                pull=pull,
                rejects=file,
                dry_run=DryRun(connection) if dry_run else None,
                progress=progress,
            )
            try:
                run.go()
            except Stopped as error:
                error.pull = pull
                _note(connection, last_error_at=database_now(), last_error=str(error))
                raise
    _note(connection, last_success_at=database_now())
    return pull


def _note(connection: Connection, **values: Any) -> None:
    """Let staff see on the connection's page how the last pull went."""
    Connection.objects.filter(pk=connection.pk).update(**values)


def _begun(connection: Connection, what: str, *, restart: bool, dry_run: bool) -> Pull:
    fresh = Pull(seller=connection.seller, system=connection.system, what=what)
    if dry_run:
        return fresh
    unfinished = Pull.objects.filter(seller=connection.seller, system=connection.system, what=what, finished_at=None)
    found = unfinished.first()
    if found is not None and restart:
        # Its file of rejects is its own, and begins anew as well.
        return Pull(pk=found.pk, seller=found.seller, system=found.system, what=what, rejects_file=found.rejects_file)
    return found or fresh


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Let no second pull of the connection run on this machine; a process that dies lets go."""
    path = Path(settings.DATA_DIR) / f"pull-{connection.pk}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InvalidInput(_("A pull with this connection is running already.")) from error
        yield
