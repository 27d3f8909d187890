from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from tqdm import tqdm

from customers.delivery import connections
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_seller


class Command(RefusingCommand):
    help = "Connect a seller to an upstream system, or give the connection a new key. Changes are sent from then on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the seller")
        parser.add_argument("system", help="my_virtual_office")
        parser.add_argument(
            "--credential-env", metavar="NAME", help="the variable that holds the key (default: it is read from input)"
        )
        parser.add_argument(
            "--send-existing", action="store_true", help="also send the customers whom the upstream does not have yet"
        )

    def handle(
        self, *, slug: str, system: str, credential_env: str | None, send_existing: bool, **_options: Any
    ) -> None:
        seller = find_seller(slug)
        connection, is_new = connections.connect(seller, system, self.credential(credential_env))
        done = "is connected to" if is_new else "has a new key for"
        self.stdout.write(f"{slug} {done} {system}.")
        if send_existing:
            with tqdm(unit=" customers", disable=None) as bar:
                sent = connections.send_everybody(connection, bar.update)
            self.stdout.write(f"{sent} existing customers wait to be sent.")

    def credential(self, variable: str | None) -> str:
        """Return the key from the named variable, or from the first line of input."""
        if variable is not None:
            value = os.environ.get(variable)
            if value is None:
                raise InvalidInput(f"The variable {variable[:100]} is not set.")
            return value
        if sys.stdin.isatty():
            from getpass import getpass

            return getpass("Key: ")
        return sys.stdin.readline()
