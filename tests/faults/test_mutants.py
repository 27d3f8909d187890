"""The fault run has teeth: each mistake that outboxes are made with is found, and the same run without it is clean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.running import Run, story_of

pytestmark = pytest.mark.django_db(transaction=True)


#: Few customers and many edits, so that each call is overtaken by the next one that may.
BUSY = {"customers": 10, "edits": 60}


def loop(*mutant: str) -> list[str]:
    """Return the command of a worker, with a mistake if one is named."""
    begin = ["-m", "tests.faults.mutants", *mutant] if mutant else ["manage.py"]
    return [sys.executable, *begin, "deliver_outbox", "--watch", "--concurrency", "8"]


@pytest.fixture
def small(settings: Any, tmp_path: Path) -> dict[str, Any]:
    return {"settings": settings, "folder": tmp_path, "customers": 100, "edits": 6}


def test_settling_before_sending__is_found(small: dict[str, Any]) -> None:
    run = Run(**small, workers=[loop("settle_before_sending")])
    verdict = run.go(seconds=120)

    assert verdict.lost > 0, (verdict, run.faults, run.linked)


def test_no_order_per_customer__is_found(small: dict[str, Any]) -> None:
    run = Run(
        **{**small, **BUSY},
        profile="late",
        workers=[loop(), loop()],
        writer_mutant="no_order_per_customer",
        variables={"DELIVERY_AMBIGUOUS_WAIT": "0"},
    )

    verdict = run.go(seconds=120)

    assert verdict.overtaken > 0, (verdict, run.faults)


def test_entry_after_the_commit__is_found(small: dict[str, Any]) -> None:
    small |= {"customers": 60, "edits": 1}
    deaths = "in_business_transaction:0.15"

    run = Run(**small, profile="none", workers=[loop()], writer_mutant="entry_after_commit", writer_failpoints=deaths)
    verdict = run.go(seconds=120)

    assert run.deaths > 0
    assert verdict.lost > 0, (verdict, run.faults, run.linked)


@pytest.mark.parametrize(("profile", "size"), [("everything", {}), ("late", BUSY)])
def test_without_a_mistake__the_same_runs_are_clean(small: dict[str, Any], profile: str, size: dict[str, int]) -> None:
    deaths = "in_business_transaction:0.02"

    run = Run(**{**small, **size}, profile=profile, workers=[loop(), loop()], writer_failpoints=deaths)
    verdict = run.go(seconds=200)

    assert verdict.is_clean, (verdict, *story_of(run))
    assert run.deaths > 0
