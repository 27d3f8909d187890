"""A worker that dies whenever it is about to send one certain customer: `python -m tests.delivery.poisoned EMAIL`."""

from __future__ import annotations

import os
import sys
from typing import Any


def main(poison: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    from django.core.management import call_command

    from customers.systems.my_virtual_office import client

    real = client.create

    def create(access: Any, body: dict[str, Any], **rest: Any) -> Any:
        if body["email"] == poison:
            os._exit(137)
        return real(access, body, **rest)

    client.create = create
    call_command("deliver_outbox", concurrency=2)


if __name__ == "__main__":
    main(sys.argv[1])
