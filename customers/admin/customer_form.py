"""The form of a customer: ordinary fields, and each refusal beside the field it is about."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextareaWidget

from customers import services
from customers.admin import addresses
from customers.admin.refusals import RefusalForm
from customers.exceptions import CustomerChanged, Refusal
from customers.models import Customer
from customers.services.rules import EDITABLE

_ADDRESS_FIELDS = addresses.fields()


class CustomerFormBase(RefusalForm):
    """Everything but the fields that are made in a loop, see CustomerForm."""

    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = Customer
        fields = ("seller", *(name for name in EDITABLE if name not in addresses.MEMBERS))
        widgets: ClassVar[dict[str, Any]] = {
            "email": UnfoldAdminEmailInputWidget(),
            "notes": UnfoldAdminTextareaWidget(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in addresses.MEMBERS:
            self.initial.update(addresses.initial(column, getattr(self.instance, column)))
        self.initial["read_version"] = self.instance.version

    def changes(self) -> dict[str, Any]:
        """Return the columns that were changed on the page, with their new values."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if name in EDITABLE}
        return {**changed, **self.changed_addresses()}

    def changed_addresses(self) -> dict[str, Any]:
        return {
            column: addresses.packed(column, self.cleaned_data, self._stored_addresses[column], self.changed_data)
            for column in addresses.MEMBERS
            if addresses.is_touched(column, self.changed_data)
        }

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for name in [name for name, value in cleaned.items() if isinstance(value, str)]:
            cleaned[name] = self.kept(name, cleaned[name])
        if not self.instance._state.adding and cleaned.get("read_version") != self.instance.version:
            self.add_refusal(CustomerChanged())
            return cleaned
        return super().clean()

    def kept(self, name: str, value: str) -> str:
        """Return the stored text where the page sent it back untouched, else what was typed.

        Forms strip blanks; browsers send line ends as two characters, or none in a field of one
        line. Neither is a change.
        """
        field = self.fields[name]
        stored, sent = self.get_initial_for_field(field, name), self.data.get(self.add_prefix(name), "")
        one_line = not isinstance(field.widget, forms.Textarea)
        if isinstance(stored, str) and _line_ends(sent, one_line) == _line_ends(stored, one_line):
            return stored
        return _line_ends(value)

    def _post_clean(self) -> None:
        """Put the values into the instance, then ask the rules about it.

        In place of ModelForm's own look at constraints: the services know them, in better words.
        """
        self._stored_addresses = {column: getattr(self.instance, column) for column in addresses.MEMBERS}
        self._validate_unique = False
        super()._post_clean()  # type: ignore[misc]
        for column, packed in self.changed_addresses().items():
            setattr(self.instance, column, packed)
        if self.errors or self.instance.seller_id is None:
            return
        try:
            services.check_customer(self.instance)
        except Refusal as refusal:
            self.add_refusal(refusal)

    def validate_constraints(self) -> None:
        """Leave constraints to the services."""


def _line_ends(text: str, one_line: bool = False) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "") if one_line else text


# ModelForm collects its fields when the class is made.
CustomerForm: Any = type("CustomerForm", (CustomerFormBase,), dict(_ADDRESS_FIELDS))


def _rows(column: str) -> tuple[Any, ...]:
    name = {member: addresses.field_name(column, member) for member in addresses.MEMBERS[column]}
    rows: list[Any] = [
        (name["street"], name["number"]),
        name["street2"],
        (name["postal_code"], name["city"]),
        (name["state"], name["country"]),
    ]
    return (*rows, (name["latitude"], name["longitude"])) if "latitude" in name else tuple(rows)


_MAIN: Any = (
    ("first_name", "last_name"),
    ("email", "phone_number"),
    ("company_name", "legal_entity"),
    ("status", "language"),
)
_MORE: Any = (
    ("customer_number", "external_id"),
    ("time_zone", "existing"),
    ("can_create_vc", "can_create_va"),
    "notes",
)
_FORWARDED = _("Where the customer's mail is forwarded to.")

FIELDSETS: Any = (
    (None, {"fields": ("read_version", "seller", *_MAIN)}),
    (_("Address"), {"fields": _rows("address_data")}),
    (_("Postal redirect address"), {"fields": _rows("postal_redirect_address"), "description": _FORWARDED}),
    (_("More"), {"classes": ("collapse",), "fields": _MORE}),
)


def read_fieldsets(*first: str) -> Any:
    """Return the fieldsets for those who only look: an address reads best as its lines.

    `shown_...` are CustomerAdmin's.
    """
    shown = ("shown_address", "shown_redirect")
    return ((None, {"fields": (*first, "seller", *_MAIN, shown)}), (_("More"), {"fields": _MORE}))
