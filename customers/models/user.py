"""Staff: the people who sign in to the browser pages. Customers are not users."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.email import email_key, validate_email_format


class UserManager(BaseUserManager["User"]):
    """Users are found by their e-mail address, in any letter case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user who may sign in; without a password, nobody can sign in as them yet."""
        user = self.model(email=email_key(email), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=email_key(username or ""))


class User(AbstractUser):
    """A member of a seller's staff, or an operator (`is_superuser`)."""

    username = None  # type: ignore[assignment]
    email = models.CharField(
        _("e-mail address"),
        max_length=254,
        unique=True,
        validators=[validate_email_format],
        help_text=_("Staff sign in with it."),
        error_messages={"unique": _("Another user already has this e-mail address.")},
    )

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("email",)

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = email_key(self.email)
