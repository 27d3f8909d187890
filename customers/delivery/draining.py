"""One function that delivers, for the embedded loop and for Celery: claim, send, settle.

One thread talks to the database, in batches: while a batch is stored, the calls of the next are
under way, and those that end meanwhile are stored together. A few calls are claimed ahead, so that
no thread waits for the database.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from customers.delivery import restore
from customers.delivery.answers import Act
from customers.delivery.claims import ClaimLost, Claims, claim, release_expired
from customers.delivery.plan import Claim
from customers.delivery.sending import Sender
from customers.delivery.settling import Result, settle

logger = logging.getLogger(__name__)

#: How often leases of dead workers are looked for, in seconds.
_EXPIRY_INTERVAL: Final = 1.0
#: How long results are kept when the database is away.
_SETTLE_SECONDS: Final = 60.0


@dataclass
class Drained:
    """What a drain did: entries `delivered` or moved on without a call, and what else came of calls."""

    delivered: int = 0
    calls: int = 0
    acts: Counter[Act] = field(default_factory=Counter)


class Worker:
    """Threads that send, with their live connections; one for a process."""

    def __init__(self, concurrency: int) -> None:
        self.concurrency = concurrency
        self.sender = Sender()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="delivery")
        self._expired_at = 0.0

    def stop(self) -> None:
        """Let calls that are under way finish, and begin no other."""
        self.sender.stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self.sender.stopping.is_set()

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def drain(
        self,
        *,
        limit: int | None = None,
        seconds: float = 10.0,
        progress: Callable[[int], object] = lambda _count: None,
    ) -> Drained:
        """Deliver what is due until nothing is, `limit` calls were made or `seconds` are over.

        Raises RestoreDetected, before anything is sent, where the database is older than this
        machine knows it.
        """
        return _Drain(self, limit, seconds, progress).run()

    def submit(self, taken: Claim) -> Future[Result]:
        return self._pool.submit(self.sender.send, taken)

    def release_expired_now_and_then(self) -> None:
        if time.monotonic() - self._expired_at > _EXPIRY_INTERVAL:
            self._expired_at = time.monotonic()
            release_expired()


class _Drain:
    def __init__(self, worker: Worker, limit: int | None, seconds: float, progress: Callable[[int], object]) -> None:
        self.worker = worker
        self.left = limit
        self.ends = time.monotonic() + seconds
        self.progress = progress
        self.flying: dict[Future[Result], Claim] = {}
        self.drained = Drained()
        self.is_alone = False

    def run(self) -> Drained:
        restore.refuse_if_restored()
        try:
            while self.take() or self.flying:
                self.settle_finished()
        finally:
            # Whatever went wrong: what was sent is written down.
            while self.flying:
                self.settle_finished()
        return self.drained

    def take(self) -> bool:
        """Claim for the free threads and a few more; return whether there may be more to do."""
        slots = self.worker.concurrency * 3
        free = slots - len(self.flying)
        if self.left is not None:
            free = min(free, self.left)
        over = self.worker.is_stopping or time.monotonic() > self.ends or self.left == 0
        # Claiming little costs as much as claiming much.
        if over or (self.is_alone and self.flying) or free < min(slots // 4, self.left or slots):
            return False
        claims = self.claim(free, slots)
        self.is_alone = claims.is_alone
        for taken in claims.calls:
            self.flying[self.worker.submit(taken)] = taken
        if self.left is not None:
            self.left -= len(claims.calls)
        self.drained.calls += len(claims.calls)
        self.drained.delivered += claims.moved
        self.progress(claims.moved)
        return bool(claims.calls or claims.moved)

    def claim(self, free: int, slots: int) -> Claims:
        busy = Counter(claim.connection.pk for claim in self.flying.values())
        self.worker.release_expired_now_and_then()
        try:
            return claim(free, busy=busy, slots=slots)
        except ClaimLost:
            return Claims(moved=0)

    def settle_finished(self) -> None:
        """Wait until a call has ended and store what came of all that have."""
        if not self.flying:
            return
        done, _others = wait(self.flying, return_when=FIRST_COMPLETED)
        # Those that end in the same moment are stored together.
        time.sleep(0.01)
        done = {future for future in self.flying if future.done()}
        results = [future.result() for future in done]
        settle_surely(results)
        self.worker.sender.note_settled(results)
        for future in done:
            del self.flying[future]
        for result in results:
            self.drained.acts[result.verdict.act] += 1
        self.drained.delivered += sum(result.verdict.act is Act.DELIVERED for result in results)
        self.progress(len(results))


def settle_surely(results: list[Result], *, pause: Callable[[float], object] = time.sleep) -> None:
    """Settle; where the database is away for a moment, again. What then is still not stored is not
    lost: its lease ends, and it is sent again with the care of an unclear answer.
    """
    ends = time.monotonic() + _SETTLE_SECONDS
    while True:
        try:
            settle(results)
            return
        except (DatabaseError, InterfaceError):
            connection.close()
            if time.monotonic() > ends:
                logger.exception("%d results could not be stored.", len(results))
                return
            logger.warning("Results could not be stored; trying again.", exc_info=True)
            pause(0.2)


_worker: Worker | None = None


def process_worker(concurrency: int) -> Worker:
    """Return this process's worker, made on first use: its connections stay open between drains."""
    global _worker
    if _worker is None:
        _worker = Worker(concurrency)
    return _worker
