"""Refusals: what the rules of Frontdesk do not allow, named for what happened.

They know nothing of HTTP. Each door turns them into its own words: a slice's `errors.py` into its
documented answer, a form into a line beside the field (`field`, `message`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A rule said no; nothing was written."""

    #: The form field that the message belongs beside; None for the whole form.
    field: str | None = None
    #: What staff read, in their language.
    message: Any = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


class EmailTaken(Refusal):
    """Another customer of the seller has this e-mail address, in whatever letter case."""

    field = "email"
    message = _("Another customer already has this e-mail address.")


class CustomerLimitReached(Refusal):
    """The seller has as many customers as the plan allows (`limit`)."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    @property
    def message(self) -> Any:
        return _("The plan allows %(limit)s customers, and all places are taken.") % {"limit": self.limit}


class CustomerNotFound(Refusal):
    """The customer does not exist (any more), or belongs to another seller."""

    message = _("This customer no longer exists.")


class CustomerChanged(Refusal):
    """Somebody else saved the customer since it was read."""

    message = _("Somebody else changed this customer in the meantime. Reload the page and enter your changes again.")


class InvalidCustomer(Refusal):
    """Values that the record cannot hold: `errors` maps field names to messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)

    def __str__(self) -> str:
        return "; ".join(f"{field}: {' '.join(messages)}" for field, messages in self.errors.items())


class InvalidInput(Refusal):
    """Input of a command or form that cannot be used; `message` says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message
