"""A run: a misbehaving upstream, writers and workers that are killed, and somebody who decides what is blocked."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
from django.db.models import Q

from customers.delivery import acting
from customers.delivery.connections import connect
from customers.exceptions import InvalidInput
from customers.models import Attempt, Blocked, EntryState, OutboxEntry, Seller, UpstreamLink
from tests.faults import oracle
from tests.parts import ROOT, environment

KEY: Final = "of the fault run"
#: The times of delivery, scaled down; the upstream is late by half a second at most.
TIMES: Final = {
    "DELIVERY_DEADLINE": "1",
    "DELIVERY_READ_TIMEOUT": "0.8",
    "DELIVERY_LEASE": "3",
    "DELIVERY_AMBIGUOUS_WAIT": "2",
    "DELIVERY_RETRY_DELAYS": "0.1,0.2,0.5",
    "DELIVERY_BREAKER_PAUSE": "0.2",
}
KILLED: Final = 137


@dataclass
class Process:
    """A process that is started again when it dies; `deaths` counts those by a failpoint."""

    command: list[str]
    variables: dict[str, str]
    deaths: int = 0
    kills: int = 0
    is_done: bool = False
    process: Any = None

    def start(self) -> None:
        # A group of its own, so that a kill takes the children along.
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=environment(**self.variables), start_new_session=True, stderr=subprocess.DEVNULL
        )

    def look_after(self) -> None:
        code = self.process.poll()
        if code is None or self.is_done:
            return
        self.is_done = code == 0
        if not self.is_done:
            assert code in (KILLED, -signal.SIGKILL), f"{self.command} ended with {code}"
            self.deaths += code == KILLED
            self.start()

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
            self.kills += 1


@dataclass(kw_only=True)
class Run:
    """What to run. `workers` are their commands; `pause` is how long a worker lives, in seconds."""

    settings: Any
    folder: Path
    customers: int
    edits: int
    workers: list[list[str]]
    profile: str = "everything"
    failpoints: str = ""
    writer_failpoints: str = ""
    writers: int = 2
    writer_mutant: str = ""
    pause: float | None = None
    variables: dict[str, str] = field(default_factory=dict)
    seed: int = 1
    linked: int = 0
    retried: int = 0

    def go(self, seconds: float = 300) -> oracle.Verdict:
        """Run until everything is delivered; what then is still open is part of the verdict."""
        self.settings.CREDENTIAL_KEYS = [KEY]
        seller = Seller.objects.create(slug="acme", name="Acme")
        with serving(self.profile, self.seed) as self.url:
            self.settings.MY_VIRTUAL_OFFICE_URL = self.url
            self.connection, _is_new = connect(seller, "my_virtual_office", "sk_live_key")
            self.processes = self._writers(seller) + self._workers()
            try:
                self._watch(time.monotonic() + seconds)
            finally:
                self.kills = sum(process.kills for process in self.processes)
                for process in self.processes:
                    process.kill()
            self.seen = requests.get(f"{self.url}/_seen", timeout=30).json()
        self.faults = self.seen["made"]
        return oracle.judge(self.seen)

    @property
    def deaths(self) -> int:
        return sum(process.deaths for process in self.processes)

    def _variables(self, failpoints: str) -> dict[str, str]:
        fixed = {"CREDENTIAL_KEYS": KEY, "DATA_DIR": str(self.folder), "MY_VIRTUAL_OFFICE_URL": self.url}
        return {**TIMES, **fixed, "FAILPOINT": failpoints, **self.variables}

    def _writers(self, seller: Seller) -> list[Process]:
        share = str(self.customers // self.writers)
        tail = [self.writer_mutant] if self.writer_mutant else []
        command = [sys.executable, "-m", "tests.faults.writer", str(seller.pk)]
        variables = self._variables(self.writer_failpoints)
        commands = [[*command, str(number), share, str(self.edits), *tail] for number in range(self.writers)]
        return [Process(command, variables) for command in commands]

    def _workers(self) -> list[Process]:
        return [Process(command, self._variables(self.failpoints)) for command in self.workers]

    def _watch(self, ends: float) -> None:
        """Start everything, kill workers now and then, decide what is blocked, until nothing is open."""
        dice = random.Random(self.seed)
        for process in self.processes:
            process.start()
        writers, workers = self.processes[: self.writers], self.processes[self.writers :]
        kill_at = time.monotonic() + (self.pause or 1e9)
        while time.monotonic() < ends:
            for process in self.processes:
                process.look_after()
            if time.monotonic() > kill_at:
                dice.choice(workers).kill()
                kill_at = time.monotonic() + self.pause_length(dice)
            self._decide()
            written = all(process.is_done for process in writers)
            if written and not OutboxEntry.objects.exclude(state=EntryState.DELIVERED).exists():
                return
            time.sleep(0.2)

    def pause_length(self, dice: random.Random) -> float:
        return (self.pause or 0) * dice.uniform(0.5, 1.5)

    def _decide(self) -> None:
        """Link who is upstream already, and let the rest be tried again, as staff would."""
        blocked = OutboxEntry.objects.filter(state=EntryState.BLOCKED).select_related("customer")
        conflicts = Q(blocked_why__in=(Blocked.LINK_NEEDED, Blocked.EMAIL_TAKEN))
        self.retried += acting.retry(blocked.exclude(conflicts))
        waiting = list(blocked.filter(conflicts)[:20])
        if not waiting:
            return
        records = requests.get(f"{self.url}/_seen", timeout=30).json()["records"].values()
        ids = {record["email"].lower(): record["id"] for record in records}
        for entry in waiting:
            addresses = [attempt.body.get("email", "").lower() for attempt in entry.attempts.all()]
            found = [ids[email] for email in addresses if email in ids]
            try:
                acting.link(entry.customer, self.connection, found[0])
                self.linked += 1
            except (InvalidInput, IndexError):
                # The call may fail, too; the next round asks again.
                continue


@contextmanager
def serving(profile: str, seed: int) -> Iterator[str]:
    """Run the upstream in a process of its own; yield its address."""
    command = [sys.executable, "-m", "tests.faults.upstream", profile, str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def story_of(run: Run) -> list[Any]:
    """Return what is not delivered, and the calls of customers whom the upstream has twice, for people to look at."""
    entries = OutboxEntry.objects.exclude(state=EntryState.DELIVERED)
    shown: list[Any] = list(entries.values_list("state", "blocked_why", "waiting_for", "starts", "tries", "last_error"))
    linked = set(UpstreamLink.objects.values_list("upstream_id", flat=True))
    for upstream_id, record in run.seen["records"].items():
        if upstream_id not in linked:
            number = record["email"].partition("@")[0].partition(".")[0].removeprefix("c")
            attempts = Attempt.objects.filter(entry__customer__customer_number=number).order_by("pk")
            shown.append((upstream_id, record))
            shown += attempts.values_list("entry", "method", "outcome", "status", "started_at", "finished_at", "body")
    return shown[:60]
