"""An address as ordinary form fields, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from customers.models import Address

TEXTS: Final = {
    "street": _("Street"),
    "number": _("House number"),
    "street2": _("Address line 2"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "state": _("State"),
    "country": _("Country"),
}
COORDINATES: Final = {"latitude": (_("Latitude"), 90), "longitude": (_("Longitude"), 180)}

#: The fields of each address, by the column that holds it. Mail is forwarded to an address, not to
#: a point on the map.
MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "address_data": (*TEXTS, *COORDINATES),
    "postal_redirect_address": tuple(TEXTS),
}


def field_name(column: str, member: str) -> str:
    return f"{column}__{member}"


def fields() -> dict[str, forms.Field]:
    """Return a form field for each member of each address, by its name."""
    made: dict[str, forms.Field] = {}
    for column, members in MEMBERS.items():
        for member in members:
            made[field_name(column, member)] = _coordinate(member) if member in COORDINATES else _text(member)
    return made


def _text(member: str) -> forms.Field:
    # No limit of length: the documents have none, and what the API took must stay editable here.
    return forms.CharField(label=TEXTS[member], required=False, widget=UnfoldAdminTextInputWidget())


def _coordinate(member: str) -> forms.Field:
    label, limit = COORDINATES[member]
    widget = UnfoldAdminDecimalFieldWidget(attrs={"step": "any"})
    return forms.FloatField(label=label, required=False, min_value=-limit, max_value=limit, widget=widget)


def initial(column: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the form's initial values for the stored address."""
    return {field_name(column, member): (data or {}).get(member) for member in MEMBERS[column]}


def is_touched(column: str, changed: Iterable[str]) -> bool:
    return any(name.startswith(field_name(column, "")) for name in changed)


def packed(
    column: str, cleaned: Mapping[str, Any], stored: Mapping[str, Any] | None, changed: Collection[str]
) -> dict[str, Any] | None:
    """Return the stored address with the members that were changed; None where every field is empty.

    Members that the form does not show, or that nobody touched, stay as they are.
    """
    members = dict(stored or {})
    touched = [member for member in MEMBERS[column] if field_name(column, member) in changed]
    if translations := members.get("translations"):
        # A text that was changed is no longer what its translations say.
        members["translations"] = {name: texts for name, texts in translations.items() if name not in touched} or None
    for member in MEMBERS[column]:
        name = field_name(column, member)
        if name in changed:
            members[member] = cleaned.get(name)
            if members[member] in (None, ""):
                del members[member]
    if all(members.get(member) in (None, "") for member in MEMBERS[column]):
        return None
    return Address.from_json(members).to_json()


def lines(data: Mapping[str, Any] | None) -> list[str]:
    """Return a stored address as people read it, with its place on the map."""
    address = Address.from_json(data)
    place = [str(degrees) for degrees in (address.latitude, address.longitude) if degrees is not None]
    return [*address.lines(), *([f"({', '.join(place)})"] if place else [])]


def shown(data: Mapping[str, Any] | None) -> SafeString:
    """Return a stored address as lines of a page."""
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines(data))) or SafeString("—")
