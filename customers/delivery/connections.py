"""What people do with connections: connect, disconnect, pause, resume, test, send everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from customers.delivery import health
from customers.delivery.sending import words_of
from customers.exceptions import InvalidInput
from customers.models import Connection, Customer, EntryState, OutboxEntry, Seller, UpstreamLink
from customers.models.clock import database_now
from customers.models.credential import CredentialUnreadable
from customers.outbox import OPEN, wake
from customers.systems import SYSTEMS, System
from customers.upstream import NoAnswer, SignInRefused, Tokens, Upstream

LONGEST_CREDENTIAL: Final = 4096
_BATCH: Final = 500
_OPTION: Final = re.compile(r"[\x21-\x7e]{0,200}")


def pushed_systems() -> dict[str, System]:
    return {name: system for name, system in SYSTEMS.items() if system.pushed}


def called_systems() -> dict[str, System]:
    return {name: system for name, system in SYSTEMS.items() if system.pushed or system.pulled}


def check_credential(credential: str) -> str:
    """Return the credential without space around it. Raises InvalidInput for what no header can carry."""
    plain = credential.strip()
    if not plain:
        raise InvalidInput(_("The key is empty."))
    if len(plain) > LONGEST_CREDENTIAL or not plain.isascii() or not plain.isprintable() or " " in plain:
        raise InvalidInput(_("This is not a key: it is too long or has characters that no key has."))
    return plain


def check_options(system: System, options: Mapping[str, str], seller: Seller) -> dict[str, str]:
    """Return the options of a connection, those that follow from the seller filled in.

    Raises InvalidInput for a name that the system does not have or a value that no address can hold.
    """
    known = {option.name: option for option in system.options}
    for name, value in options.items():
        if name not in known:
            names = ", ".join(known) or "—"
            raise InvalidInput(_("“%(name)s” is not an option; these are: %(names)s.") % {"name": name, "names": names})
        if not _OPTION.fullmatch(value):
            raise InvalidInput(_("This is not a value for “%(name)s”.") % {"name": name})
    chosen = {name: options.get(name) or (seller.slug if option.slug else "") for name, option in known.items()}
    return {name: value for name, value in chosen.items() if value}


def connect(
    seller: Seller, system: str, credential: str, options: Mapping[str, str] | None = None
) -> tuple[Connection, bool]:
    """Connect the seller, or give a connection that exists a new key; return it and whether it is new.

    `options` None: those of a connection that exists stay. Calls go on at once, whatever had paused
    them. Customers that were linked by an earlier connection and changed since are sent. Raises
    InvalidInput.
    """
    if system not in called_systems():
        known = ", ".join(called_systems())
        raise InvalidInput(_("Sellers can be connected to: %(systems)s.") % {"systems": known})
    plain = check_credential(credential)
    checked = check_options(SYSTEMS[system], options or {}, seller)
    with transaction.atomic():
        # Two who connect at once come one after the other.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        now = database_now()
        existing = Connection.objects.select_for_update(no_key=True).filter(seller=seller, system=system).first()
        connection = existing or Connection(seller=seller, system=system)
        connection.credential = plain
        connection.pushes = SYSTEMS[system].pushed
        if existing is None or options is not None:
            connection.options = checked
        connection.save()
        health.resume(connection, now)
        connection.save(update_fields=health.FIELDS)
    if existing is None and connection.pushes:
        changed = UpstreamLink.objects.filter(customer__updated_at__gt=F("acknowledged_at"), system=system)
        _enqueue(connection, Q(pk__in=changed.filter(seller=seller).values("customer")))
    wake()
    return connection, existing is None


def set_options(connection: Connection, options: Mapping[str, str]) -> None:
    """Replace the connection's options. Raises InvalidInput."""
    if connection.system not in SYSTEMS:
        return
    checked = check_options(SYSTEMS[connection.system], options, connection.seller)
    Connection.objects.filter(pk=connection.pk).update(options=checked)


def send_everybody(connection: Connection, progress: Callable[[int], object] = bool) -> int:
    """Let every customer whom the upstream does not have yet be sent there; return how many."""
    sent = _enqueue(connection, _not_sent(connection), progress)
    wake()
    return sent


def count_not_sent(connection: Connection) -> int:
    """Return how many customers `send_everybody` would send."""
    return _found(connection, _not_sent(connection)).count()


def _not_sent(connection: Connection) -> Q:
    linked = UpstreamLink.objects.filter(seller=connection.seller_id, system=connection.system).values("customer")
    return Q(deleted_at=None) & ~Q(pk__in=linked)


def _found(connection: Connection, which: Q) -> QuerySet[Customer]:
    """Return the seller's customers that match and have no open entry."""
    busy = OutboxEntry.objects.filter(seller=connection.seller_id, system=connection.system, state__in=OPEN)
    return Customer.objects.filter(which, seller=connection.seller_id).exclude(pk__in=busy.values("customer"))


def _enqueue(connection: Connection, which: Q, progress: Callable[[int], object] = bool) -> int:
    """Open an entry for each customer of the seller that matches and has none."""
    ids: Sequence[UUID] = list(_found(connection, which).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH):
        with transaction.atomic():
            # Locked like for a change, so that the two never open an entry at once.
            batch = Customer.objects.filter(pk__in=ids[start : start + _BATCH]).order_by("pk")
            now = database_now()
            entries = [
                OutboxEntry(
                    connection=connection,
                    seller_id=one.seller_id,
                    customer=one,
                    system=connection.system,
                    version=one.version,
                    waiting_since=now,
                    not_before=now,
                )
                for one in batch.select_for_update(no_key=True)
            ]
            OutboxEntry.objects.bulk_create(entries, ignore_conflicts=True)
        progress(len(entries))
    return len(ids)


def pause(connection: Connection, why: str = "") -> None:
    """Make no calls until somebody resumes. Calls under way end by themselves."""
    with transaction.atomic():
        locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        health.pause_by_hand(locked, why, database_now())
        locked.save(update_fields=health.FIELDS)


def resume(connection: Connection) -> None:
    """Make calls again at once, whatever had paused them."""
    with transaction.atomic():
        locked = Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        health.resume(locked, database_now())
        locked.save(update_fields=health.FIELDS)
    wake()


def test_connection(connection: Connection) -> str:
    """Ask the upstream for a customer that does not exist, which changes nothing; return its words.

    Raises InvalidInput, with the reason, where the key or the address does not work.
    """
    system = SYSTEMS[connection.system]
    upstream = Upstream()
    try:
        call = system.client.probe(Tokens(connection, system.client, upstream).access())
        answer = upstream.call(call)
    except CredentialUnreadable as error:
        raise InvalidInput(_("The stored key cannot be read. Enter it again.")) from error
    except SignInRefused as error:
        raise InvalidInput(_("The upstream refuses the sign-in: %(words)s") % {"words": error}) from error
    except NoAnswer as error:
        raise InvalidInput(_("The upstream did not answer: %(reason)s") % {"reason": error}) from error
    words = words_of(system.client, answer, call)
    if not system.client.shows_good_key(answer.status, answer.data):
        raise InvalidInput(_("The upstream said: %(words)s") % {"words": words})
    return words


def count_waiting(connection: Connection) -> int:
    """Return how many changes are lost if the seller is disconnected now."""
    return OutboxEntry.objects.filter(connection=connection, state__in=OPEN).count()


def disconnect(connection: Connection) -> int:
    """Remove the connection, its key and its entries; return how many changes had not been sent.

    What the upstream has of each customer stays known, so that connecting again creates nobody
    twice. Raises InvalidInput while calls are under way; then the connection is paused.
    """
    pause(connection)
    with transaction.atomic():
        locked = Connection.objects.select_for_update().get(pk=connection.pk)
        if OutboxEntry.objects.filter(connection=locked, state=EntryState.SENDING).exists():
            raise InvalidInput(_("Changes are being sent right now. The connection is paused; try again in a minute."))
        waiting = count_waiting(locked)
        entries = OutboxEntry.objects.filter(connection=locked)
        # In parts: Django reads what it deletes, and years of deliveries are many.
        while part := list(entries.values_list("pk", flat=True)[:_BATCH]):
            OutboxEntry.objects.filter(pk__in=part).delete()
        locked.delete()
    return waiting
