"""Who changed what in a customer, when, and through which door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.api_key import ApiKey
from customers.models.customer import Customer, Source
from customers.models.seller import Seller
from customers.models.user import User

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who makes a change: a user or an API key (or neither: Frontdesk itself), through `source`.

    `system` names the documented system that a pulled change came from. `request_id` ties the
    change to the caller's own logs.
    """

    source: Source
    user: User | None = None
    api_key: ApiKey | None = None
    system: str = ""
    request_id: str = ""
    reason: str = ""


class CustomerChange(models.Model):
    """One change of one customer. Written with it, never edited.

    `changes` maps each field to what stood there before and after: {"status": ["active", "suspended"]}.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("changed")
        DELETED = "deleted", _("deleted")
        RESTORED = "restored", _("restored")

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", verbose_name=_("seller"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="history", verbose_name=_("customer"))
    at = models.DateTimeField(_("at"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    changes = models.JSONField(_("changes"), default=dict)
    source = models.CharField(_("through"), max_length=10, choices=Source.choices)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("user"))
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+", verbose_name=_("API key"))
    system = models.CharField(_("system"), max_length=40, blank=True, default="")
    request_id = models.CharField(_("request"), max_length=255, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("history")
        ordering = ("-id",)
        indexes = (models.Index(fields=["seller", "-id"], name="change_newest"),)

    def __str__(self) -> str:
        return f"{self.customer} {self.get_action_display()}"

    @classmethod
    def record(
        cls, customer: Customer, action: Action, changes: dict[str, list[object]], *, actor: Actor, at: datetime
    ) -> None:
        """Store one change, in the caller's transaction."""
        cls.objects.create(
            seller_id=customer.seller_id,
            customer=customer,
            at=at,
            action=action,
            changes=changes,
            source=actor.source,
            user=actor.user,
            api_key=actor.api_key,
            system=actor.system,
            request_id=actor.request_id,
            reason=actor.reason,
        )

    def who(self) -> str:
        """Return who made the change, in a few words."""
        if self.user:
            return str(self.user)
        if self.api_key:
            return str(self.api_key)
        return self.system or str(Source(self.source).label)
