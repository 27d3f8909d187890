from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from customers import services
from customers.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Create a seller."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in web addresses: letters, digits, - and _")
        parser.add_argument("--name", required=True, help="name as people read it")
        parser.add_argument("--customer-limit", type=int, metavar="N", help="customers that the plan allows")

    def handle(self, *, slug: str, name: str, customer_limit: int | None, **_options: Any) -> None:
        seller = services.create_seller(slug, name=name, customer_limit=customer_limit)
        self.stdout.write(f"Created seller {seller.slug} ({seller.id}).")
