"""A backlog that grows from 2,000 to 200,000: what do memory and a claim cost?"""

from __future__ import annotations

import os
import sys

from benchmarks.places import ROOT, Place, kinds, place, table, upstream

SIZES = (2_000, 20_000, 200_000)
SENT = 2_000


def memory() -> None:
    rows = []
    with upstream(0) as url:
        for kind in kinds():
            with place(kind) as there:
                there.step("connect", "acme")
                rows.append([kind, *peaks(there, url)])
    title = f"Memory: highest of a process that delivers {SENT} changes, by the size of the backlog"
    table(title, ["", *(f"{size:,}" for size in SIZES), "last / first"], rows)


def peaks(there: Place, url: str) -> list[str]:
    found, before = [], 0
    for size in SIZES:
        # What was sent the last time is gone from the backlog.
        there.step("fill", "acme", size - before)
        before = size - SENT
        found.append(peak(there, url))
    return [*(f"{kilobytes / 1024:.0f} MB" for kilobytes in found), f"{found[-1] / found[0]:.2f}"]


def peak(there: Place, url: str) -> int:
    """Return the highest resident memory of one delivery, in KiB."""
    command = [sys.executable, "manage.py", "deliver_outbox", "--limit", str(SENT), "--concurrency", "16"]
    pid = os.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execve(sys.executable, command, {**there.environment, "MY_VIRTUAL_OFFICE_URL": url})
    _pid, status, usage = os.wait4(pid, 0)
    assert status == 0, status
    return usage.ru_maxrss


def claim() -> None:
    rows = []
    for kind in kinds():
        with place(kind) as there:
            rows.append([kind, *costs(there)])
    head = [
        "",
        *(f"{size:,}" for size in SIZES),
        "last / first",
        "+ 200,000 paused",
        "+ 20,000 blocked",
        "look: paused",
    ]
    table("Claiming: milliseconds for one entry, by the size of the backlog", head, rows)


def costs(there: Place) -> list[str]:
    there.step("connect", "acme")
    found, before = [], 0
    for size in SIZES:
        there.step("fill", "acme", size - before)
        there.step("analyze")
        before = size
        found.append(there.step("claim", 20, DELIVERY_LEASE="3600")["claim"])
    there.step("connect", "small")
    there.step("fill", "small", 2_000)
    there.step("pause", "acme")
    there.step("analyze")
    paused = there.step("claim", 20, DELIVERY_LEASE="3600")["claim"]
    there.step("fill", "small", 20_000, "blocked")
    there.step("analyze")
    blocked = there.step("claim", 20, DELIVERY_LEASE="3600")["claim"]
    there.step("pause", "small")
    looking = there.step("look")
    shown = [f"{cost:.2f}" for cost in found]
    return [*shown, f"{found[-1] / found[0]:.2f}", f"{paused:.2f}", f"{blocked:.2f}", f"{looking:.2f}"]
