from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from customers.management.demo import load_demo
from customers.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Fill a demo: a seller with customers, a staff user, an API key. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the site will be served")

    def handle(self, *, address: str, **_options: Any) -> None:
        demo = load_demo()
        self.stdout.write(f"\nFrontdesk   {address}/admin/")
        self.stdout.write(f"Staff       {demo.email}")
        if demo.password:
            self.stdout.write(f"Password    {demo.password}   (shown only now)")
        if demo.api_key:
            self.stdout.write(f"API key     {demo.api_key}   (shown only now)")
            self.stdout.write(f'Try         curl {address}/api/customers -H "X-API-Key: {demo.api_key}"')
        self.stdout.write(f"API         {address}/api/docs")
        manage = ".venv/bin/python manage.py"
        self.stdout.write(f"\nAnother password  {manage} changepassword {demo.email}")
        self.stdout.write(f"Another key       {manage} create_api_key {demo.slug} --name NAME")
        self.stdout.write(f"Another person    {manage} create_staff EMAIL --seller {demo.slug}\n")
