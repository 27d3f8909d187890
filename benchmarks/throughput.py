"""2,000 changes to an upstream that takes 50 ms, 16 calls at once: how near is each to the limit?"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from benchmarks.places import REDIS, ROOT, Place, kinds, place, table, times, upstream

COUNT, MILLISECONDS, CONCURRENCY = 2000, 50, 16
LIMIT = COUNT * MILLISECONDS / 1000 / CONCURRENCY
SEQUENTIAL = 200
BODY = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}


def run() -> None:
    rows = [["the limit", f"{LIMIT:.2f} s", f"{COUNT / LIMIT:.0f}", "1.00"]]
    with upstream(MILLISECONDS) as url:
        for kind in kinds():
            best = min(frontdesk(kind, url) for _time in range(2))
            rows.append(row(f"Frontdesk, {kind}", best))
        rows.append(row("requests.post in 16 threads, nothing stored", threads(url)))
        for kind in kinds():
            rows.append(row(f"one Celery task per row, 16 threads, {kind}", celery(kind, url)))
        rows.append(row(f"requests.post in a loop (of {SEQUENTIAL})", loop(url) * COUNT / SEQUENTIAL))
    title = f"Throughput: {COUNT} new customers, upstream {MILLISECONDS} ms, {CONCURRENCY} at once"
    table(title, ["", "time", "per second", "x limit"], rows)


def row(name: str, seconds: float) -> list[str]:
    return [name, f"{seconds:.2f} s", f"{COUNT / seconds:.0f}", f"{seconds / LIMIT:.2f}"]


def filled(there: Place) -> None:
    there.step("connect", "acme")
    there.step("fill", "acme", COUNT)


def frontdesk(kind: str, url: str) -> float:
    """Return the seconds that the command itself counts, from the first claim to the last settled answer."""
    with place(kind) as there:
        filled(there)
        printed = there.manage("deliver_outbox", "--concurrency", str(CONCURRENCY), MY_VIRTUAL_OFFICE_URL=url)
        found = re.search(rf"{COUNT} changes delivered with {COUNT} calls in ([\d.]+) s", printed)
        assert found is not None, printed
        times(url)
        return float(found[1])


def threads(url: str) -> float:
    """Return the seconds between the first call and the last answer, as the upstream saw them."""

    def post(session: requests.Session) -> None:
        for _number in range(COUNT // CONCURRENCY):
            session.post(f"{url}/api/customers", json=BODY, timeout=10).json()

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(post, [requests.Session() for _number in range(CONCURRENCY)]))
    return times(url)["seconds"]


def loop(url: str) -> float:
    for _number in range(SEQUENTIAL):
        requests.post(f"{url}/api/customers", json=BODY, timeout=10).json()
    return times(url)["seconds"]


def celery(kind: str, url: str) -> float:
    """Return the seconds between the first call and the last answer; start and stop of the worker do not count."""
    with place(kind) as there:
        filled(there)
        variables = {"CELERY_BROKER_URL": REDIS, "MY_VIRTUAL_OFFICE_URL": url}
        there.step("enqueue", **variables)
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.task_per_row", "worker", "--pool", "threads"]
        command += ["--concurrency", str(CONCURRENCY), "--loglevel", "ERROR", "--queues", "benchmark"]
        environment = {**there.environment, **variables}
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as worker:
            done = wait_for_calls(url)
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=60)
        return done


def wait_for_calls(url: str) -> float:
    ends = time.monotonic() + 180
    while time.monotonic() < ends:
        with requests.get(f"{url}/_calls", timeout=10) as answer:
            if answer.json()["calls"] >= COUNT:
                return times(url)["seconds"]
        time.sleep(0.2)
    raise RuntimeError("The Celery tasks did not end in time.")
