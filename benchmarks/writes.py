"""A write while the upstream answers, is dead, or hangs: does anybody who writes notice?"""

from __future__ import annotations

import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import requests

from benchmarks.places import ROOT, kinds, place, table, upstream

ROUNDS, EACH = 12, 10


class Site:
    """A server with delivery beside it, one seller, and somebody signed in."""

    def __init__(self, kind: str, stack: ExitStack, upstream_url: str | None) -> None:
        self.there = stack.enter_context(place(kind))
        self.there.manage("create_seller", "acme", "--name", "Acme")
        if upstream_url:
            self.there.manage("connect", "acme", "my_virtual_office", stdin="sk_live_key\n")
        self.key = self.there.manage("create_api_key", "acme", "--name", "benchmark").strip()
        printed = self.there.manage("create_staff", "ada@example.com", "--seller", "acme", "--role", "owner")
        variables = {"EMBEDDED_DELIVERY": "true", "MY_VIRTUAL_OFFICE_URL": upstream_url or "http://127.0.0.1:9"}
        self.url = stack.enter_context(serving({**self.there.environment, **variables}))
        self.api, self.staff = requests.Session(), requests.Session()
        self.api.headers["X-API-Key"] = self.key
        self.sign_in(printed.split()[-1])
        self.number = 0
        self.times: dict[str, list[float]] = {"POST": [], "PATCH": [], "admin": []}

    def sign_in(self, password: str) -> None:
        page = self.staff.get(f"{self.url}/admin/login/")
        values = {"username": "ada@example.com", "password": password, "csrfmiddlewaretoken": token(page.text)}
        answer = self.staff.post(f"{self.url}/admin/login/?next=/api/docs", values, allow_redirects=False)
        assert answer.status_code == 302, "could not sign in"
        self.token = self.staff.cookies["csrftoken"]

    def write(self) -> None:
        """Create a customer, change it, suspend it in the administration; keep the milliseconds of each."""
        self.number += 1
        body = {"first_name": "Ada", "last_name": "L", "email": f"c{self.number}@example.com"}
        customers = f"{self.url}/api/customers"
        created = self.timed("POST", lambda: self.api.post(customers, json=body)).json()["id"]
        self.timed("PATCH", lambda: self.api.patch(f"{customers}/{created}", json={"company_name": "New"}))
        values = {"action": "suspend", "_selected_action": created, "csrfmiddlewaretoken": self.token}
        page = f"{self.url}/admin/customers/customer/"
        self.timed("admin", lambda: self.staff.post(page, values, allow_redirects=False))

    def timed(self, name: str, send: Callable[[], requests.Response]) -> requests.Response:
        began = time.perf_counter()
        answer = send()
        self.times[name].append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 201, 302), answer.text
        return answer


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    return found[1]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "crm/server.py", "-b", f"127.0.0.1:{port}", "crm.wsgi"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
    url = f"http://127.0.0.1:{port}"
    try:
        for _time in range(300):
            try:
                requests.get(f"{url}/healthz", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@contextmanager
def hanging() -> Iterator[str]:
    """Listen and never answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


def run() -> None:
    for kind in kinds():
        with ExitStack() as stack:
            answering = stack.enter_context(upstream(50))
            hangs = stack.enter_context(hanging())
            addresses = {"answers in 50 ms": answering, "is dead": "http://127.0.0.1:9", "hangs": hangs}
            sites = {"is not connected": Site(kind, stack, None)}
            sites |= {name: Site(kind, stack, address) for name, address in addresses.items()}
            for _round in range(ROUNDS):
                # In turns, so that what disturbs one disturbs all.
                for site in sites.values():
                    for _time in range(EACH):
                        site.write()
            show(kind, sites)


def show(kind: str, sites: dict[str, Site]) -> None:
    rows = []
    answering = sites["answers in 50 ms"]
    for name, site in sites.items():
        cells = [f"upstream {name}"]
        for door, times in site.times.items():
            middle = statistics.median(times[EACH:])
            cells += [f"{middle:.1f}", f"{middle / statistics.median(answering.times[door][EACH:]):.2f}"]
        rows.append(cells)
    count = (ROUNDS - 1) * EACH
    title = f"Writes on {kind}: median milliseconds of {count}, and how many times those with an upstream that answers"
    table(title, ["", "POST", "x", "PATCH", "x", "admin", "x"], rows)
