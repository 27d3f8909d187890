from __future__ import annotations

import logging
import os
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils.timezone import localtime
from tqdm import tqdm

from customers.delivery.claims import work_is_due
from customers.delivery.draining import Drained, Worker
from customers.delivery.restore import RestoreDetected, refuse_if_restored
from customers.delivery.status import outbox_status
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand
from customers.models import EntryState, OutboxEntry

logger = logging.getLogger(__name__)

#: How often an idle loop looks for work, in seconds, and how long it waits for a database that is away.
IDLE: Final = 0.5
AWAY: Final = 2.0
RESTORED: Final = 3


class Command(RefusingCommand):
    help = (
        "Send waiting changes to the upstreams: what is due now, or with --watch for as long as it runs. "
        "Exit code 1 if changes are blocked, 3 if the database was restored from a backup."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="until stopped; SIGTERM finishes what is under way")
        parser.add_argument("--concurrency", type=int, metavar="N", help="calls at once")
        parser.add_argument("--limit", type=int, metavar="N", help="stop after N calls")
        parser.add_argument("--parent", type=int, help="stop when this process is no longer the parent")

    def handle(
        self, *, watch: bool, concurrency: int | None, limit: int | None, parent: int | None, **_options: Any
    ) -> None:
        for name, value in (("--concurrency", concurrency), ("--limit", limit)):
            if value is not None and not 1 <= value <= 1_000_000:
                raise InvalidInput(f"{name} is a number of 1 or more.")
        try:
            refuse_if_restored()
        except RestoreDetected as error:
            raise CommandError(str(error), returncode=RESTORED) from error
        self.parent = parent
        self.worker = Worker(min(concurrency or settings.DELIVERY_CONCURRENCY, 64))
        self.stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        try:
            if watch:
                self.watch(limit)
            else:
                self.drain(limit)
        except RestoreDetected as error:
            raise CommandError(str(error), returncode=RESTORED) from error
        finally:
            self.worker.close()

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.worker.stop()
        self.stopped.set()

    def watch(self, limit: int | None) -> None:
        """Deliver whatever becomes due until told to stop."""
        while not self.stopped.is_set() and limit != 0:
            if self.parent is not None and os.getppid() != self.parent:
                return
            done = self.once(limit)
            if limit is not None and done is not None:
                limit -= done.calls
            if done is None:
                self.stopped.wait(AWAY)
            elif not (done.calls or done.delivered):
                self.stopped.wait(IDLE)

    def once(self, limit: int | None) -> Drained | None:
        """Drain once; None where the database is away."""
        try:
            close_old_connections()
            return self.worker.drain(limit=limit) if work_is_due() else Drained()
        except (DatabaseError, InterfaceError):
            logger.warning("The database does not answer.", exc_info=True)
            return None

    def drain(self, limit: int | None) -> None:
        """Deliver what is due now, and say how it went."""
        began, done = time.monotonic(), Drained()
        with tqdm(total=due_count(limit), unit=" changes", disable=None) as bar:
            while not self.stopped.is_set() and work_is_due():
                part = self.worker.drain(limit=limit, progress=bar.update)
                done.delivered += part.delivered
                done.calls += part.calls
                if limit is not None:
                    limit -= part.calls
                if limit == 0 or not (part.calls or part.delivered):
                    break
        self.report(done, time.monotonic() - began)

    def report(self, done: Drained, seconds: float) -> None:
        counts = outbox_status().counts
        self.stdout.write(f"{done.delivered} changes delivered with {done.calls} calls in {seconds:.1f} s.")
        if waiting := counts[EntryState.PENDING]:
            entries = OutboxEntry.objects.filter(state=EntryState.PENDING).order_by("not_before")
            next_try = localtime(entries.values_list("not_before", flat=True)[0])
            self.stdout.write(f"{waiting} wait; the next is due at {next_try:%Y-%m-%d %H:%M:%S}.")
        if blocked := counts[EntryState.BLOCKED]:
            raise CommandError(f"{blocked} changes are blocked and need a person.")


def due_count(limit: int | None) -> int:
    """Return how many entries wait, for the progress bar."""
    count = OutboxEntry.objects.filter(state=EntryState.PENDING).count()
    return count if limit is None else min(count, limit)
