"""What the commands share: a refusal is one line on standard error and exit code 1, a wrong call 2."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.exceptions import InvalidInput, Refusal
from customers.models import Connection, Seller
from customers.models.text import is_storable


class RefusingCommand(BaseCommand):
    """A command whose input the rules may refuse; then nothing is written."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return a parser that answers a wrong call with its one line; --help tells the rest."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.print_usage = lambda file=None: None  # type: ignore[method-assign]
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal


def find_seller(slug: str) -> Seller:
    """Return the seller. Raises InvalidInput where there is none."""
    seller = Seller.objects.filter(slug=slug).first() if is_storable(slug) else None
    if seller is None:
        raise InvalidInput(f"There is no seller “{slug}”. create_seller makes one.")
    return seller


def find_connection(slug: str, system: str) -> Connection:
    """Return the seller's connection. Raises InvalidInput where there is none."""
    seller = find_seller(slug)
    connection = Connection.objects.filter(seller=seller, system=system).first() if is_storable(system) else None
    if connection is None:
        raise InvalidInput(f"{slug} is not connected to “{system}”.")
    return connection
