from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from customers.management.refusing import RefusingCommand
from customers.models import Connection
from customers.models.credential import CredentialUnreadable, is_current


class Command(RefusingCommand):
    help = "Encrypt all stored credentials with the first of CREDENTIAL_KEYS, so that older keys can be removed."

    def handle(self, **_options: Any) -> None:
        changed, unreadable = 0, []
        for pk in Connection.objects.values_list("pk", flat=True):
            with transaction.atomic():
                connection = Connection.objects.select_for_update(no_key=True).get(pk=pk)
                if is_current(connection.encrypted_credential):
                    continue
                try:
                    connection.credential = connection.credential
                except CredentialUnreadable:
                    unreadable.append(str(connection))
                    continue
                connection.save(update_fields=["encrypted_credential"])
                changed += 1
        self.stdout.write(f"{changed} credentials were encrypted anew.")
        if unreadable:
            raise CommandError(f"No configured key opens the credential of: {', '.join(unreadable)}.")
