from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.utils import timezone

from customers.management.refusing import RefusingCommand, find_seller
from customers.models import ApiKey


class Command(RefusingCommand):
    help = "List API keys, newest first: start, seller, name, scopes, state, last use. Separated by tabs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="only the keys of this seller")

    def handle(self, *, slug: str | None, **_options: Any) -> None:
        keys = ApiKey.objects.select_related("seller")
        if slug is not None:
            keys = keys.filter(seller=find_seller(slug))
        for key in keys:
            cells = (key.prefix, key.seller.slug, key.name, ",".join(key.scopes), state(key), when(key.last_used_at))
            self.stdout.write("\t".join(cells))


def state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {when(key.revoked_at)}"
    if key.expires_at:
        expired = key.expires_at <= timezone.now()
        return f"{'expired' if expired else 'active until'} {when(key.expires_at)}"
    return "active"


def when(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "never"
