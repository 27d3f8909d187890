"""The one clock that decides when work is due: the database's, which all machines share."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the time by the database's clock, aware, in UTC.

    On SQLite, which is one machine, that is the machine's clock, to the millisecond.
    """
    sql = (
        "SELECT strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')"
        if connection.vendor == "sqlite"
        else "SELECT clock_timestamp()"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value = cursor.fetchone()[0]
    return datetime.fromisoformat(value) if isinstance(value, str) else value
