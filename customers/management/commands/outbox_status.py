from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from customers.delivery.status import outbox_status
from customers.management.refusing import RefusingCommand, find_seller
from customers.models import OutboxEntry


class Command(RefusingCommand):
    help = "Show how many changes wait, are being sent, blocked and delivered, and how long the oldest waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seller", metavar="SLUG", help="of this seller alone")
        parser.add_argument("--json", action="store_true", help="for programs; times in seconds")

    def handle(self, *, seller: str | None, json: bool, **_options: Any) -> None:
        entries = OutboxEntry.objects.filter(seller=find_seller(seller)) if seller is not None else None
        status = outbox_status(entries)
        seconds = round(status.oldest.total_seconds(), 3) if status.oldest is not None else None
        values = {**status.counts, "depth": status.depth, "oldest_seconds": seconds}
        if json:
            self.stdout.write(dump(values))
            return
        for name, value in values.items():
            self.stdout.write(f"{name:15} {'—' if value is None else value}")


def dump(values: dict[str, Any]) -> str:
    return json.dumps(values)
