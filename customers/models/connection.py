"""A seller's connection to an upstream system: the credential, and whether calls are made."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import connection as database
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.models.credential import decrypt, encrypt
from customers.models.ids import uuid7
from customers.models.seller import Seller


class Pause(models.TextChoices):
    """Why no calls are made."""

    BY_HAND = "by_hand", _("paused by hand")
    KEY_REFUSED = "key_refused", _("the upstream refuses the key")
    FORBIDDEN = "forbidden", _("the upstream forbids changes with this key")
    MISCONFIGURED = "misconfigured", _("the upstream's address is wrong")
    UNAVAILABLE = "unavailable", _("the upstream does not answer or fails")


class Connection(models.Model):
    """A seller's access to one upstream. Addresses of upstreams come from the settings.

    A pause with `paused_until` ends by itself: one call is tried then. One without ends by hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="connections", verbose_name=_("seller"))
    system = models.CharField(_("system"), max_length=40)
    # Whether changes are sent there; else customers are only read from it.
    pushes = models.BooleanField(default=True, editable=False)
    encrypted_credential = models.TextField(editable=False)
    # What else the system wants to know, by its own names: no secrets; see systems.Option.
    options = models.JSONField(default=dict, editable=False)

    pause = models.CharField(_("state"), max_length=20, choices=Pause.choices, blank=True, default="", editable=False)
    pause_detail = models.TextField(_("the upstream's words"), blank=True, default="", editable=False)
    paused_since = models.DateTimeField(_("paused since"), null=True, editable=False)
    paused_until = models.DateTimeField(_("next try"), null=True, editable=False)
    # How often in a row the pause was renewed; it grows with that.
    pause_count = models.PositiveIntegerField(default=0, editable=False)
    # How long all earlier pauses took: changes do not grow too old while nobody could take them.
    paused_total = models.DurationField(default=timedelta, editable=False)

    # The upstream's plan is full: creates wait, changes of customers who are there go on.
    creates_paused_until = models.DateTimeField(_("new customers wait until"), null=True, editable=False)
    creates_pause_count = models.PositiveIntegerField(default=0, editable=False)
    creates_pause_detail = models.TextField(blank=True, default="", editable=False)

    strikes = models.PositiveIntegerField(default=0, editable=False)
    # Not before this: the rate limit and the upstream's Retry-After.
    next_call_at = models.DateTimeField(db_default=Now(), editable=False)
    # Connections take turns: whoever waited longest is served next.
    served_at = models.DateTimeField(db_default=Now(), editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    last_error_at = models.DateTimeField(_("last error"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ("seller__name", "system")
        constraints = (
            models.UniqueConstraint(
                fields=["seller", "system"],
                name="connection_once",
                violation_error_message=_("This seller is already connected to this system."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.seller} · {self.system.replace('_', ' ').title()}"

    @property
    def _place(self) -> str:
        return f"{self.seller_id}:{self.system}"

    @property
    def credential(self) -> str:
        """The plain credential. Raises CredentialUnreadable."""
        return decrypt(self.encrypted_credential, self._place)

    @credential.setter
    def credential(self, plain: str) -> None:
        self.encrypted_credential = encrypt(plain, self._place)


def stays(connection: Connection) -> bool:
    """Return whether the connection still is there; if so, it stays until the transaction ends.

    On PostgreSQL by a lock that only its deletion waits for: who writes for one seller does not wait
    for others. SQLite's transactions come one after the other anyway.
    """
    if database.vendor != "postgresql":
        return True
    with database.cursor() as cursor:
        cursor.execute("SELECT 1 FROM customers_connection WHERE id = %s FOR KEY SHARE", [connection.pk])
        return cursor.fetchone() is not None
