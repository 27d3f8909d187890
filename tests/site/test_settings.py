"""How the site starts, and refuses to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from customers.checks import check_sqlite_durability
from tests.parts import ROOT, Site, manage


def python(*arguments: str, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with nothing set but `variables`."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), **variables}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


LINE = "Frontdesk: SECRET_KEY is not set. Set it to 50 random characters (see .env.example).\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["manage.py", "check"],
        ["manage.py", "migrate"],
        ["-m", "gunicorn", "-c", "crm/server.py", "-b", "127.0.0.1:0", "crm.wsgi"],
        ["-c", "import crm.wsgi"],
    ],
)
def test_start__without_a_key_and_debug_off_is_one_line(arguments: list[str], tmp_path: Path) -> None:
    done = python(*arguments, data=tmp_path, DEBUG="false", SECRET_KEY="")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", LINE)


def test_start__the_production_entry_is_not_in_debug_mode(tmp_path: Path) -> None:
    done = python("-c", "import crm.wsgi", data=tmp_path, SECRET_KEY="")

    assert done.stderr == LINE


def test_start__with_nothing_set_is_the_embedded_default(tmp_path: Path) -> None:
    first = python(
        "manage.py", "shell", "-v0", "-c", "from django.conf import settings as s; print(s.SECRET_KEY)", data=tmp_path
    )
    second = python(
        "manage.py", "shell", "-v0", "-c", "from django.conf import settings as s; print(s.SECRET_KEY)", data=tmp_path
    )

    assert len(first.stdout.strip()) > 50
    assert first.stdout == second.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_deploy_check__is_clean_in_production(tmp_path: Path) -> None:
    done = python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        data=tmp_path,
        DEBUG="false",
        SECRET_KEY="x1y2z3!" * 10,
        ALLOWED_HOSTS="crm.example.com",
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("options", "id"),
    [
        ({"transaction_mode": "DEFERRED"}, "customers.E001"),
        ({"init_command": "PRAGMA synchronous=NORMAL"}, "customers.E002"),
    ],
)
def test_check__sqlite_must_be_durable(options: dict[str, str], id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    safe = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous = FULL"}
    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {**safe, **options}}}
    monkeypatch.setattr("customers.checks.settings", SimpleNamespace(DATABASES=databases))

    assert [error.id for error in check_sqlite_durability()] == [id]


@pytest.mark.django_db(transaction=True)
def test_sqlite__runs_as_promised() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        values = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "busy_timeout")
        ]

    assert values == ["wal", 2, 20000]


@pytest.mark.django_db
def test_migrations__are_complete() -> None:
    done = manage("makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


def test_server__stops_without_failing_what_it_has_begun(transactional_db: None) -> None:
    with Site() as site:
        pass

    assert site.process.returncode == 0
