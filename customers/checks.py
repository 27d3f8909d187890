"""Settings that would lose or expose data are refused when the site starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database)
def check_sqlite_durability(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """SQLite must begin transactions as writers and must not lose the last commits."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    errors: list[CheckMessage] = []
    if options.get("transaction_mode") != "IMMEDIATE":
        errors.append(
            Error(
                "SQLite transactions must be IMMEDIATE.",
                hint="Without it, concurrent writers fail instead of waiting.",
                id="customers.E001",
            )
        )
    if "synchronous=full" not in options.get("init_command", "").lower().replace(" ", ""):
        errors.append(
            Error(
                "SQLite must run with PRAGMA synchronous=FULL.",
                hint="With less, a power cut loses changes that were acknowledged.",
                id="customers.E002",
            )
        )
    return errors
