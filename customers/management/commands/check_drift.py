from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from customers.delivery import drift
from customers.delivery.connections import pushed_systems
from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_seller
from customers.models import Connection
from customers.models.credential import CredentialUnreadable


class Command(RefusingCommand):
    help = (
        "Compare a seller's customers with what the upstream has now, and note what differs for staff to decide. "
        "Overwrites nothing. Exit code 1 if something differs or could not be compared."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the seller")
        parser.add_argument("--sample", type=int, metavar="N", help="compare N customers, chosen at random")

    def handle(self, *, slug: str, sample: int | None, **_options: Any) -> None:
        if sample is not None and sample < 1:
            raise InvalidInput("--sample is a number of customers, 1 or more.")
        found = list(Connection.objects.filter(seller=find_seller(slug), system__in=pushed_systems()))
        if not found:
            raise InvalidInput(f"{slug} is not connected to an upstream.")
        if problems := [line for connection in found if (line := self.compare(connection, sample))]:
            raise CommandError(" ".join(problems))

    def compare(self, connection: Connection, sample: int | None) -> str:
        """Compare one connection's customers; return what is not in order."""
        links = drift.links_of(connection, sample)
        with tqdm(total=links.count(), unit=" customers", disable=None) as bar:
            try:
                checked = drift.check(connection, links, bar.update)
            except CredentialUnreadable as error:
                raise InvalidInput("The stored key cannot be read. Enter it again.") from error
        self.stdout.write(
            f"{connection.system}: {checked.compared} compared, {checked.drifted} differ, "
            f"{checked.waiting} left out because changes wait, {checked.failed} not answered."
        )
        if checked.gave_up:
            return f"{checked.failed} failures, the last in a row; the rest was not compared: {checked.last_failure}"
        if checked.failed:
            return f"{checked.failed} customers could not be compared: {checked.last_failure}"
        return f"{checked.drifted} customers differ; decide in the administration." if checked.drifted else ""
