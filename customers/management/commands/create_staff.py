from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from customers import services
from customers.management.refusing import RefusingCommand, find_seller
from customers.models import Role


class Command(RefusingCommand):
    help = "Let a person work for a seller. A new user gets a password, printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="e-mail address that the person signs in with")
        parser.add_argument("--seller", required=True, metavar="SLUG", help="the seller to work for")
        parser.add_argument(
            "--role", choices=[str(role) for role in Role], default=str(Role.MANAGER), help="default: %(default)s"
        )

    def handle(self, *, email: str, seller: str, role: str, **_options: Any) -> None:
        found = find_seller(seller)
        user, password = services.create_staff(email, seller=found, role=role)
        if password is None:
            self.stdout.write(f"{user} now works for {found} too, with the password they have.")
        else:
            self.stdout.write(f"Created {user} for {found}. Password (not shown again): {password}")
