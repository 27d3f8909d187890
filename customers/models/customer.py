"""The customer record. Only `customers.services` writes it."""

from __future__ import annotations

import re
from typing import ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.address import validate_address
from customers.models.email import KEY_LENGTH, email_key, validate_email_format
from customers.models.ids import uuid7
from customers.models.language import Language
from customers.models.seller import Seller, validate_time_zone
from customers.models.text import SEARCHED_WORDS, fold, validate_storable


class Status(models.TextChoices):
    """Inactive and suspended customers cannot log in to the portal."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    SUSPENDED = "suspended", _("Suspended")


class Source(models.TextChoices):
    """The door through which a customer, or a change of one, came in."""

    API = "api", _("API")
    ADMIN = "admin", _("Administration")
    STAFF = "staff", _("Staff pages")
    IMPORT = "import", _("Import")
    PULL = "pull", _("Pulled from another system")
    PORTAL = "portal", _("Customer portal")
    SYSTEM = "system", _("Frontdesk")


_PHONE = re.compile(r"\+[1-9][0-9]{1,14}")


def validate_phone_number(text: str) -> None:
    """Raise ValidationError unless `text` is a number in E.164 form."""
    if not _PHONE.fullmatch(text):
        raise ValidationError(_("Enter the number with its country code, such as +4930123456."), code="invalid")


def plain_phone_number(text: str) -> str:
    """Return the number without what people put between its digits: +49 (0)30 / 12 34-5 is +493012345."""
    return re.sub(r"[\s()/.-]+", "", text.replace("(0)", ""))


class CustomerQuerySet(models.QuerySet["Customer"]):
    def of(self, seller: Seller | UUID) -> Self:
        """Return the customers of `seller` that are not deleted."""
        return self.filter(seller=seller, deleted_at=None)

    def search(self, text: str) -> Self:
        """Return the customers in whose names, e-mail, company and number each word occurs."""
        found = self
        for word in fold(text).split()[:SEARCHED_WORDS]:
            found = found.filter(search_text__contains=word)
        return found


class Customer(models.Model):
    """A customer of a seller. Lengths are in code points."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="customers", verbose_name=_("seller"))
    first_name = models.CharField(_("first name"), max_length=100, validators=[validate_storable])
    last_name = models.CharField(_("last name"), max_length=100, validators=[validate_storable])
    # Kept and shown as sent; email_key is what must be unique.
    email = models.CharField(_("e-mail address"), validators=[validate_email_format])
    email_key = models.CharField(max_length=KEY_LENGTH, null=True, editable=False)
    company_name = models.CharField(_("company"), max_length=200, null=True, blank=True, validators=[validate_storable])
    legal_entity = models.CharField(
        _("legal form"), max_length=100, null=True, blank=True, validators=[validate_storable]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.GERMAN)
    address_data = models.JSONField(_("address"), null=True, blank=True, validators=[validate_address])
    postal_redirect_address = models.JSONField(
        _("postal redirect address"), null=True, blank=True, validators=[validate_address]
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.ACTIVE,
        help_text=_("Inactive and suspended customers cannot log in to the portal."),
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, editable=False)

    phone_number = models.CharField(
        _("phone number"), max_length=16, blank=True, default="", validators=[validate_phone_number]
    )
    customer_number = models.CharField(
        _("customer number"), max_length=100, blank=True, default="", validators=[validate_storable]
    )
    external_id = models.CharField(
        _("external ID"), max_length=255, blank=True, default="", validators=[validate_storable]
    )
    notes = models.TextField(_("notes"), blank=True, default="", validators=[validate_storable])
    existing = models.BooleanField(_("existing customer"), default=False)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        default="",
        validators=[validate_time_zone],
        help_text=_("Empty: the seller's."),
    )
    can_create_vc = models.BooleanField(_("may create virtual cards"), default=False)
    can_create_va = models.BooleanField(_("may create virtual accounts"), default=False)

    # Counts the changes; whoever read an older version does not overwrite a newer one unseen.
    version = models.PositiveIntegerField(default=1, editable=False)
    # What searches look through; see `derive`.
    search_text = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("last changed"), editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects: ClassVar = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ("-created_at", "-id")
        constraints = (
            # Deleted customers have no key, and NULLs are never equal: the address is free again.
            models.UniqueConstraint(
                fields=["seller", "email_key"],
                name="customer_email_once",
                violation_error_message=_("Another customer already has this e-mail address."),
            ),
        )
        indexes = (models.Index(fields=["seller", "-created_at", "-id"], name="customer_newest"),)

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def derive(self) -> None:
        """Fill the columns that follow from others."""
        self.email_key = None if self.deleted_at else email_key(self.email)
        parts = (self.first_name, self.last_name, self.email, self.company_name, self.customer_number)
        self.search_text = fold(" ".join(part for part in parts if part))
