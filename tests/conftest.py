"""What all tests share: settings that make them quick, and the real parts they drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections

from tests.parts import Site, missing_part, redis_address

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.API_RATE_LIMIT = 0
    cache.clear()


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    """The production server on the test's database."""
    with Site() as running:
        yield running


@pytest.fixture(scope="session")
def redis_url() -> str:
    return redis_address() or missing_part("Redis")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None) or missing_part("Chromium")


@pytest.fixture
def page(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A page of a real browser, English, without any cookie."""
    # Playwright runs an event loop in this thread, which Django takes for an async caller: it
    # would refuse to work, and it opens connections of their own, which nobody else closes.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
        yield context.new_page()
        connections.close_all()
        browser.close()
