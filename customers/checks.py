"""Settings that would lose or expose data are refused when the site starts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


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


@register()
def check_delivery_times(**_kwargs: Any) -> list[CheckMessage]:
    """A lease must outlast the call that it covers, and what a lost call may still do must be waited for."""
    problems: list[CheckMessage] = []
    if settings.DELIVERY_LEASE < 1.5 * settings.DELIVERY_DEADLINE:
        problems.append(
            Error(
                "DELIVERY_LEASE must be at least one and a half times DELIVERY_DEADLINE.",
                hint="Otherwise a second worker may send a change while the first still does.",
                id="customers.E003",
            )
        )
    if settings.DELIVERY_AMBIGUOUS_WAIT < settings.DELIVERY_DEADLINE:
        problems.append(
            Warning(
                "DELIVERY_AMBIGUOUS_WAIT should be at least DELIVERY_DEADLINE.",
                hint="A call without an answer may still be applied; what is sent too early is then overwritten.",
                id="customers.W002",
            )
        )
    return problems


@register(deploy=True)
def check_upstream_addresses(**_kwargs: Any) -> list[CheckMessage]:
    """Keys and customers' data travel encrypted."""
    loopback = {"127.0.0.1", "localhost", "::1"}
    return [
        Warning(f"{name} is not an https:// address.", hint="The key could be read on the way.", id="customers.W001")
        for name in ("MY_VIRTUAL_OFFICE_URL", "PEXIP_ENGAGE_URL", "YATIVO_URL")
        if (url := urlsplit(getattr(settings, name))).scheme != "https" and url.hostname not in loopback
    ]
