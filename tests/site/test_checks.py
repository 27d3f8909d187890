"""Settings of delivery that would lose order or expose keys are named before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from customers.checks import check_delivery_times, check_upstream_addresses


def test_times__the_defaults_are_safe() -> None:
    assert check_delivery_times() == []


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [("DELIVERY_LEASE", 29, "customers.E003"), ("DELIVERY_AMBIGUOUS_WAIT", 19, "customers.W002")],
)
def test_times__too_short_ones_are_named(settings: Any, name: str, value: int, id: str) -> None:
    setattr(settings, name, value)

    assert [problem.id for problem in check_delivery_times()] == [id]


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("https://upstream.example.com/api", []),
        ("http://127.0.0.1:8000", []),
        ("http://localhost:8000", []),
        ("http://upstream.example.com", ["customers.W001"]),
        ("upstream.example.com", ["customers.W001"]),
    ],
)
def test_addresses__only_this_machine_is_called_in_the_clear(settings: Any, address: str, ids: list[str]) -> None:
    settings.MY_VIRTUAL_OFFICE_URL = address

    assert [problem.id for problem in check_upstream_addresses()] == ids
