"""Workers and writers die, the upstream fails a third of all calls: nothing is lost, doubled or overtaken."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.faults.running import Run, story_of
from tests.parts import missing_part, redis_address

LOOP = [sys.executable, "manage.py", "deliver_outbox", "--watch", "--concurrency", "8"]
CELERY = [sys.executable, "-m", "celery", "-A", "crm", "worker", "--beat", "--concurrency", "1", "--loglevel", "ERROR"]
#: Everywhere a worker can die: each of these once in a few hundred passes.
DEATHS = (
    "before_claim_commit:0.01,after_claim_commit:0.01,before_send:0.001,after_send:0.001,"
    "before_settle:0.004,after_settle:0.004"
)
WRITERS_DEATHS = "in_business_transaction:0.004"


@pytest.fixture
def workers() -> tuple[list[list[str]], dict[str, str]]:
    """Two embedded loops on SQLite, two Celery workers on PostgreSQL, and what they need to know."""
    if connection.vendor == "sqlite":
        return [LOOP, LOOP], {}
    redis = redis_address() or missing_part("Redis")
    return [CELERY, CELERY], {"CELERY_BROKER_URL": redis}


@pytest.mark.django_db(transaction=True)
def test_run__loses_doubles_and_reorders_nothing(
    workers: tuple[list[list[str]], dict[str, str]], settings: Any, tmp_path: Path, capsys: Any
) -> None:
    commands, variables = workers
    run = Run(
        settings=settings,
        folder=tmp_path,
        customers=1000,
        edits=3,
        workers=commands,
        failpoints=DEATHS,
        writer_failpoints=WRITERS_DEATHS,
        pause=4,
        variables=variables,
    )

    verdict = run.go(seconds=400)

    with capsys.disabled():
        print(
            f"\nFaults on {connection.vendor}: {verdict.customers} customers, {verdict.changes} changes, "
            f"{verdict.calls} calls, {sum(run.faults.values())} faulted {dict(run.faults)}; "
            f"{run.kills} kills, {run.deaths} deaths at failpoints; {run.linked} linked and {run.retried} retried by "
            f"hand; {verdict.repeats} harmless repeats; lost {verdict.lost}, twice {verdict.twice}, "
            f"overtaken {verdict.overtaken}, open {verdict.open}."
        )
    assert verdict.is_clean, (verdict, *story_of(run))
    assert (verdict.customers, verdict.changes) == (1000, 4000)
    assert run.kills >= 3
    assert run.deaths >= 3
    assert verdict.repeats > 0
