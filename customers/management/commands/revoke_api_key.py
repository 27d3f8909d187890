from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from customers import services
from customers.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Revoke an API key at once. Revoking it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prefix", help="the first 16 characters of the key, as the admin lists them")

    def handle(self, *, prefix: str, **_options: Any) -> None:
        key = services.revoke_api_key(prefix)
        self.stdout.write(f"Revoked {key} of {key.seller.slug}.")
