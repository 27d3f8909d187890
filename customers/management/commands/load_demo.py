from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from customers.management.demo import SANDBOX_SLUG, load_demo
from customers.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Fill a demo: a seller with customers, a staff user, an API key. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where the site will be served")

    def handle(self, *, address: str, **_options: Any) -> None:
        demo = load_demo(address)
        self.stdout.write(f"\nFrontdesk   {address}/admin/")
        self.stdout.write(f"Staff       {demo.email}")
        if demo.password:
            self.stdout.write(f"Password    {demo.password}   (shown only now)")
        if demo.api_key:
            self.stdout.write(f"API key     {demo.api_key}   (shown only now)")
            self.stdout.write(f'Try         curl {address}/api/customers -H "X-API-Key: {demo.api_key}"')
        self.stdout.write(f"API         {address}/api/docs")
        if settings.SANDBOX_FILE is not None:
            self.stdout.write(f"Upstream    this site: changes of {demo.slug} arrive at {SANDBOX_SLUG}")
        else:
            self.stdout.write(f"Upstream    {settings.MY_VIRTUAL_OFFICE_URL}")
        manage = ".venv/bin/python manage.py"
        self.stdout.write(f"\nAnother password  {manage} changepassword {demo.email}")
        self.stdout.write(f"Another key       {manage} create_api_key {demo.slug} --name NAME")
        self.stdout.write(f"Another person    {manage} create_staff EMAIL --seller {demo.slug}\n")
