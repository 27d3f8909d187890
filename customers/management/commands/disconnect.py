from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any, Final

from customers.delivery import connections
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_connection

#: How long to wait for calls that are under way, in seconds.
PATIENCE: Final = 90


class Command(RefusingCommand):
    help = "Disconnect a seller from an upstream system. Changes that wait are forgotten; asks first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the seller")
        parser.add_argument("system", help="the system")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, slug: str, system: str, yes: bool, **_options: Any) -> None:
        connection = find_connection(slug, system)
        waiting = connections.count_waiting(connection)
        self.stdout.write(f"{waiting} changes wait to be sent to {system}; they will not be.")
        if not yes and input(f"Disconnect {slug}? Type yes: ").strip() != "yes":
            raise InvalidInput("Nothing was changed.")
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                connections.disconnect(connection)
                break
            except InvalidInput:
                if time.monotonic() > ends:
                    raise
                time.sleep(1)
        self.stdout.write(f"{slug} is disconnected from {system}.")
