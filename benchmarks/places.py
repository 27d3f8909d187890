"""Where measurements take place: databases of their own, gone afterwards, and processes on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


@dataclass
class Place:
    """A migrated, empty database, named `name`, and the environment of processes that use it."""

    name: str
    environment: dict[str, str] = field(repr=False)

    def manage(self, *arguments: str, stdin: str | None = None, **variables: str) -> str:
        return self.run("manage.py", *arguments, stdin=stdin, **variables)

    def step(self, name: str, *arguments: object, **variables: str) -> Any:
        """Run a step of benchmarks.steps in a process of its own and return what it says."""
        words = [str(argument) for argument in arguments]
        return json.loads(self.run("-m", "benchmarks.steps", name, *words, **variables))

    def run(self, *arguments: str, stdin: str | None = None, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.environment, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
        return done.stdout


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Make a database of the kind, "SQLite" or "PostgreSQL"; drop it afterwards."""
    with tempfile.TemporaryDirectory() as folder, _address(kind, folder) as address:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        fixed = {"DEBUG": "false", "SECRET_KEY": "only for measurements " * 3, "API_RATE_LIMIT": "0"}
        there = Place(kind, {**kept, **fixed, "DATABASE_URL": address, "DATA_DIR": folder})
        there.manage("migrate", "-v0")
        yield there


@contextmanager
def _address(kind: str, folder: str) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder}/benchmark.sqlite3"
        return
    name = f"benchmark_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield POSTGRESQL.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def kinds() -> list[str]:
    """Return the databases that are there."""
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=2).close()
    except psycopg.Error:
        return ["SQLite"]
    return ["SQLite", "PostgreSQL"]


@contextmanager
def upstream(milliseconds: int) -> Iterator[str]:
    """Run the upstream in a process of its own; yield its address."""
    command = [sys.executable, "-m", "benchmarks.upstream", str(milliseconds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def times(url: str) -> dict[str, float]:
    """Return calls and seconds of the upstream since it was asked last."""
    with urllib.request.urlopen(f"{url}/_times") as answer:
        found: dict[str, float] = json.load(answer)
    return found


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print a table whose first column is words and whose others are numbers."""
    print(f"\n{title}")
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    for first, *others in [head, *rows]:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        print("  " + "   ".join(cells), flush=True)
