"""The real parts that tests drive: the production server in processes of its own, Redis."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Self

import pytest
import requests
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


def missing_part(name: str) -> NoReturn:
    """Skip the test for want of a part; in CI, where every part must be there, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not there, and CI must have it.")
    pytest.skip(f"{name} is not there.")


def redis_address() -> str | None:
    """Return the address of a Redis that answers."""
    import redis

    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    client = redis.Redis.from_url(url, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        return None
    finally:
        client.close()
    return url


def database_url() -> str:
    """Return DATABASE_URL for the database that the running test uses."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
    return f"postgres://{user}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a process on the test's database, like a production one."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    fixed = {"SECRET_KEY": "only for tests " * 4, "DEBUG": "false", "API_RATE_LIMIT": "0"}
    return {**kept, **fixed, "DATABASE_URL": database_url(), **variables}


def manage(*arguments: str, stdin: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a management command in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Return as soon as the condition holds; fail if it does not in time."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "It did not happen in time."
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens at, and that no outgoing connection is given meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class Site:
    """Frontdesk under its production server, on a free port of this machine or on `port`."""

    def __init__(self, port: int | None = None, **variables: str) -> None:
        self.port = port
        self.variables = variables

    def __enter__(self) -> Self:
        port = self.port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.address = ("127.0.0.1", port)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "crm/server.py", "-b", f"127.0.0.1:{port}", "crm.wsgi"],
            cwd=ROOT,
            env=environment(**self.variables),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._wait()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                _out, errors = self.process.communicate()
                raise RuntimeError(f"The server did not start: {errors.decode()}")
            try:
                requests.get(f"{self.url}/healthz", timeout=1)
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise RuntimeError("The server did not answer in time.")
