from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from customers.delivery.restore import acknowledge_restore
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = (
        "Let deliveries go on after the database was restored from a backup. What is older here than upstream would "
        "be sent again on the next change: compare with check_drift first. Asks first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, yes: bool, **_options: Any) -> None:
        if not yes and input("Deliver from the database as it is now? Type yes: ").strip() != "yes":
            raise InvalidInput("Nothing was changed.")
        halted = acknowledge_restore()
        self.stdout.write("Deliveries go on." if halted else "Deliveries were not halted.")
