"""What must reach the upstreams: entries, the tries at them, and what each upstream has.

An entry is a state, not a message: "this customer must be brought up to date in that system". What
is sent is rendered when the entry is claimed. Entries are written by customers.outbox and moved by
customers.delivery alone.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.connection import Connection
from customers.models.customer import Customer
from customers.models.seller import Seller


class EntryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENDING = "sending", _("sending")
    DELIVERED = "delivered", _("delivered")
    BLOCKED = "blocked", _("blocked")


#: States in which there is something left to do.
OPEN: Final = (EntryState.PENDING, EntryState.SENDING, EntryState.BLOCKED)


class Blocked(models.TextChoices):
    """Why a person must act."""

    REJECTED = "rejected", _("The upstream does not accept a value. Correct the customer.")
    EMAIL_TAKEN = "email_taken", _("The upstream already has a customer with this e-mail address.")
    LINK_NEEDED = (
        "link_needed",
        _("The upstream already has this e-mail address, probably from a first try whose answer was lost. Link it."),
    )
    GONE = "gone", _("The upstream no longer has this customer.")
    UNEXPECTED = "unexpected", _("The upstream gave an answer that its documents do not know.")
    NOT_UNDERSTOOD = "not_understood", _("The upstream said yes, but its answer makes no sense.")
    NOT_SENDABLE = "not_sendable", _("Frontdesk could not put this customer into the upstream's form.")
    CRASHED = "crashed", _("Sending this ended the worker three times.")
    EXHAUSTED = "exhausted", _("It did not work for three days while the upstream was there.")


class Waiting(models.TextChoices):
    """Why an entry that was tried waits."""

    RETRY = "retry", _("tried, and will be tried again")
    AMBIGUOUS = "ambiguous", _("sent, but no clear answer came; it is safe to send again a little later")
    PLAN = "plan", _("the upstream's plan has no room for new customers")


class OutboxEntry(models.Model):
    """One customer who must be brought up to date in one system; at most one is open.

    `version` is the customer's newest recorded change, `sent_version` what the call in flight
    covers: an entry is delivered once they are equal. `lease` is the claim's token; whoever settles
    must still hold it.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="entries", verbose_name=_("connection"))
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", verbose_name=_("seller"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="outbox", verbose_name=_("customer"))
    system = models.CharField(_("system"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=EntryState.choices, default=EntryState.PENDING)
    version = models.PositiveIntegerField()
    sent_version = models.PositiveIntegerField(default=0)
    request_id = models.CharField(_("request"), max_length=255, blank=True, default="")
    # Since when the oldest change waits; no earlier than not_before is it tried.
    waiting_since = models.DateTimeField(_("waiting since"))
    not_before = models.DateTimeField(_("next try"))
    waiting_for = models.CharField(max_length=10, choices=Waiting.choices, blank=True, default="")

    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # Claims that no worker lived to settle.
    starts = models.PositiveSmallIntegerField(default=0)
    # A call may have been applied although no answer came; until safe_after it may still be.
    ambiguous = models.BooleanField(default=False)
    safe_after = models.DateTimeField(null=True)
    # Tries in a row that did not work, and since when they count; see delivery.retry.
    tries = models.PositiveIntegerField(_("tries"), default=0)
    misunderstood = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    paused_before = models.DurationField(null=True)

    blocked_why = models.CharField(_("reason"), max_length=20, choices=Blocked.choices, blank=True, default="")
    last_error = models.TextField(_("the upstream's words"), blank=True, default="")
    last_error_at = models.DateTimeField(_("last error"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "system"],
                condition=Q(state__in=("pending", "sending", "blocked")),
                name="outbox_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease__isnull=False, lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease__isnull=True, lease_until__isnull=True)),
                name="outbox_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=(Q(state="blocked") & ~Q(blocked_why="")) | (~Q(state="blocked") & Q(blocked_why="")),
                name="outbox_blocked_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["connection", "not_before", "id"], condition=Q(state="pending"), name="outbox_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="outbox_leases"),
            models.Index(fields=["seller", "state", "-id"], name="outbox_of_seller"),
            models.Index(fields=["customer", "-id"], name="outbox_of_customer"),
        )

    def __str__(self) -> str:
        return f"{self.customer} → {self.system.replace('_', ' ').title()}"


class Outcome(models.TextChoices):
    """How a try ended."""

    UNFINISHED = "unfinished", _("no answer: the worker died or still works")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", _("refused")
    NOT_TAKEN = "not_taken", _("not taken: try again")
    AMBIGUOUS = "ambiguous", _("no clear answer")
    NOT_SENT = "not_sent", _("not sent")


class Attempt(models.Model):
    """One call for an entry. Written before it, so that whatever happens leaves evidence."""

    entry = models.ForeignKey(OutboxEntry, models.CASCADE, related_name="attempts", verbose_name=_("delivery"))
    method = models.CharField(_("method"), max_length=6)
    path = models.CharField(_("address"), max_length=400)
    body = models.JSONField(_("sent"))
    idempotency_key = models.UUIDField(null=True)
    started_at = models.DateTimeField(_("at"))
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.UNFINISHED)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    duration_ms = models.PositiveIntegerField(_("duration"), null=True)
    # Of the answer's body: at most 1 KiB, without credentials.
    excerpt = models.TextField(_("the upstream's words"), blank=True, default="")

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class UpstreamLink(models.Model):
    """What one upstream has of a customer, as far as it acknowledged it.

    `acknowledged` holds the members of the system's wire format. `drift` maps members that were
    found to differ to [acknowledged, theirs]; `is_gone` says that the upstream no longer has it.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="links")
    system = models.CharField(_("system"), max_length=40)
    upstream_id = models.CharField(_("ID in the upstream"), max_length=255)
    acknowledged = models.JSONField(default=dict)
    acknowledged_at = models.DateTimeField(_("last success"))
    created_at = models.DateTimeField()
    drift = models.JSONField(default=dict)
    is_gone = models.BooleanField(default=False)
    checked_at = models.DateTimeField(_("compared"), null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = (
            models.UniqueConstraint(fields=["customer", "system"], name="link_once"),
            models.UniqueConstraint(fields=["seller", "system", "upstream_id"], name="link_upstream_once"),
        )

    def __str__(self) -> str:
        return f"{self.customer} = {self.upstream_id}"

    @property
    def has_drifted(self) -> bool:
        return self.is_gone or bool(self.drift)


class DeliveryEpoch(models.Model):
    """One row that tells this database from a copy of it restored later; see delivery.restore."""

    epoch = models.UUIDField()
    claims = models.PositiveBigIntegerField(default=0)
    halted_since = models.DateTimeField(null=True)

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return str(self.epoch)
