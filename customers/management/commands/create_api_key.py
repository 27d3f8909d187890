from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from customers import services
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_seller


class Command(RefusingCommand):
    help = "Create an API key and print it, and nothing else. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the seller that the key acts for")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--scopes", help="read, write or both, with a comma between (default: both)")
        parser.add_argument("--expires", metavar="DATE", help="last day (2027-12-31), or a moment (2027-12-31T12:00)")

    def handle(self, *, slug: str, name: str, scopes: str | None, expires: str | None, **_options: Any) -> None:
        _key, plain = services.create_api_key(
            find_seller(slug),
            name=name,
            scopes=None if scopes is None else [scope.strip() for scope in scopes.split(",")],
            expires_at=None if expires is None else parse_expiry(expires),
        )
        self.stdout.write(plain)


def parse_expiry(text: str) -> datetime:
    """Return the end of the day, or the moment, that `text` names; in the site's time zone."""
    try:
        if len(text) == len("2027-12-31"):
            moment = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min)
        else:
            moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“{text}” is not a date such as 2027-12-31.") from error
