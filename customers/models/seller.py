"""Sellers, the tenants of Frontdesk, and who works for them."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from customers.models.ids import uuid7
from customers.models.language import Language
from customers.models.text import validate_storable
from customers.models.user import User


@cache
def _time_zones() -> set[str]:
    # Read from the disk, which is too slow for every customer.
    return zoneinfo.available_timezones()


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a time zone of the tz database."""
    if name not in _time_zones():
        raise ValidationError(_("Enter a time zone such as Europe/Berlin."), code="invalid")


class Seller(models.Model):
    """A company that resells postal addresses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(_("short name"), max_length=63, unique=True, help_text=_("Part of web addresses."))
    name = models.CharField(_("name"), max_length=200, validators=[validate_storable])
    customer_limit = models.PositiveIntegerField(
        _("customer limit"),
        null=True,
        blank=True,
        # What a column holds; SQLite would take more.
        validators=[MaxValueValidator(2_147_483_647)],
        help_text=_("How many customers the plan allows. Empty: no limit."),
    )
    # Moves in the transaction that creates, deletes or restores a customer; see services.
    customer_count = models.PositiveIntegerField(_("customers"), default=0, editable=False)
    default_language = models.CharField(
        _("default language"), max_length=2, choices=Language.choices, default=Language.GERMAN
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    VIEWER = "viewer", _("Viewer")


class Membership(models.Model):
    """A user works for a seller. Viewers look, managers also change, owners also hand out access."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    seller = models.ForeignKey(Seller, models.CASCADE, related_name="memberships", verbose_name=_("seller"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MANAGER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("seller__name", "user__email")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "seller"],
                name="membership_once",
                violation_error_message=_("This user already works for this seller."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.seller}"
