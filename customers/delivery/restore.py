"""After a restore from a backup nothing is sent until an operator has said so.

A restored database is older than what the upstreams have; delivering from it would overwrite newer
data there. So the database counts its claims, and each machine keeps outside of it how far it saw
that count. A database that counted less was restored. It is told from a new one by its epoch, which
an operator's word renews.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from customers.exceptions import Refusal
from customers.models import DeliveryEpoch
from customers.models.clock import database_now

_FILE: Final = "delivery_seen.json"


class RestoreDetected(Refusal):
    """The database is older than what was already delivered from it."""

    message = _(
        "The database was restored from a backup: it knows less than was already sent. Nothing is sent, because old "
        "values would overwrite newer ones upstream. Look at the differences with check_drift, then run "
        "acknowledge_restore."
    )


def refuse_if_restored() -> None:
    """Raise RestoreDetected where this database is older than this machine saw it, or is halted."""
    # The file is read first: what it says was in the database before.
    seen = _read()
    epoch = current_epoch()
    if epoch.halted_since is None and epoch.claims >= seen.get(str(epoch.epoch), 0):
        return
    DeliveryEpoch.objects.filter(pk=epoch.pk, halted_since=None).update(halted_since=database_now())
    raise RestoreDetected


def count_claim() -> DeliveryEpoch:
    """Count one claim, in the caller's transaction. Raises RestoreDetected where claims are halted."""
    if not DeliveryEpoch.objects.filter(pk=1, halted_since=None).update(claims=F("claims") + 1):
        raise RestoreDetected
    return DeliveryEpoch.objects.get(pk=1)


def witness(epoch: DeliveryEpoch) -> None:
    """Keep on this machine how far the database has counted."""
    seen = _read()
    name = str(epoch.epoch)
    # A few epochs are kept: copies of a database may share a machine.
    kept = {other: count for other, count in list(seen.items())[-20:] if other != name}
    temporary = _path().with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps({**kept, name: max(epoch.claims, seen.get(name, 0))}))
    temporary.replace(_path())


def acknowledge_restore() -> bool:
    """Let deliveries go on from the database as it is; return whether they had been halted."""
    seen = _read()
    with transaction.atomic():
        epoch = current_epoch()
        was_halted = epoch.halted_since is not None or epoch.claims < seen.get(str(epoch.epoch), 0)
        epoch.epoch, epoch.halted_since = uuid.uuid4(), None
        epoch.save(update_fields=["epoch", "halted_since"])
    witness(epoch)
    return was_halted


def current_epoch() -> DeliveryEpoch:
    epoch, _created = DeliveryEpoch.objects.get_or_create(pk=1, defaults={"epoch": uuid.uuid4()})
    return epoch


def _path() -> Path:
    return Path(settings.DATA_DIR) / _FILE


def _read() -> dict[str, int]:
    try:
        seen = json.loads(_path().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}
