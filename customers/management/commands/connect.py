from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from tqdm import tqdm

from customers.delivery import connections
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_seller

OPTIONS = "; ".join(
    f"{name}: {', '.join(option.name for option in system.options)}"
    for name, system in connections.called_systems().items()
    if system.options
)


class Command(RefusingCommand):
    help = (
        "Connect a seller to another system, or give the connection a new key. To my_virtual_office changes are "
        "sent from then on; from each system customers can be pulled."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the seller")
        parser.add_argument("system", choices=list(connections.called_systems()), help="the system")
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            dest="options",
            metavar="NAME=VALUE",
            help=f"what the system wants to know beside the key; can be repeated: {OPTIONS}",
        )
        parser.add_argument(
            "--credential-env", metavar="NAME", help="the variable that holds the key (default: it is read from input)"
        )
        parser.add_argument(
            "--send-existing", action="store_true", help="also send the customers whom the upstream does not have yet"
        )

    def handle(
        self,
        *,
        slug: str,
        system: str,
        credential_env: str | None,
        send_existing: bool,
        options: list[str],
        **_options: Any,
    ) -> None:
        seller = find_seller(slug)
        if send_existing and system not in connections.pushed_systems():
            raise InvalidInput(f"Nothing is sent to {system}; customers are pulled from it.")
        chosen = dict(self.option(text) for text in options) if options else None
        connection, is_new = connections.connect(seller, system, self.credential(credential_env), chosen)
        done = "is connected to" if is_new else "has a new key for"
        self.stdout.write(f"{slug} {done} {system}.")
        if send_existing:
            with tqdm(unit=" customers", disable=None) as bar:
                sent = connections.send_everybody(connection, bar.update)
            self.stdout.write(f"{sent} existing customers wait to be sent.")

    def option(self, text: str) -> tuple[str, str]:
        name, sign, value = text.partition("=")
        if not sign:
            raise InvalidInput(f"“{text[:100]}” is not NAME=VALUE.")
        return name.strip(), value.strip()

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
