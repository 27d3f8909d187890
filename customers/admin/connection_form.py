"""The form of a connection: whose, to which system, with which key and which options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from customers.admin.refusals import RefusalForm
from customers.delivery import connections
from customers.exceptions import InvalidInput
from customers.models import Connection
from customers.systems import SYSTEMS


def system_choices() -> list[tuple[str, str]]:
    return [(name, system.name) for name, system in connections.called_systems().items()]


def option_field(system: str, option: str) -> str:
    return f"{system}__{option}"


def option_fields(system: str | None = None) -> list[str]:
    """Return the names of the fields for the options of one system, or of all."""
    names = [system] if system else list(connections.called_systems())
    return [option_field(name, option.name) for name in names if name in SYSTEMS for option in SYSTEMS[name].options]


def _made_fields() -> dict[str, forms.Field]:
    # `data-system` lets the page show those of the chosen system alone.
    return {
        option_field(name, option.name): forms.CharField(
            label=option.label,
            help_text=option.help,
            required=False,
            max_length=200,
            widget=UnfoldAdminTextInputWidget(attrs={"data-system": name, "autocomplete": "off"}),
        )
        for name, system in connections.called_systems().items()
        for option in system.options
    }


class ConnectionFormBase(RefusalForm):
    """Everything but the fields that are made in a loop, see ConnectionForm."""

    system = forms.ChoiceField(
        label=_("system"),
        choices=system_choices,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("Changes are sent to My Virtual Office. From the others, customers are fetched by your operator."),
    )
    credential = forms.CharField(
        label=_("Key, token or secret of the upstream"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text=_("It is stored encrypted and never shown again."),
    )

    class Meta:
        model = Connection
        fields = ("seller", "system")

    class Media:
        js = ("frontdesk/connection.js",)

    def clean_credential(self) -> str:
        credential: str = self.cleaned_data["credential"]
        try:
            return connections.check_credential(credential) if credential else ""
        except InvalidInput as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        seller = self.instance.seller if self.instance.seller_id else cleaned.get("seller")
        system = self.system_name()
        if seller is not None and system in SYSTEMS:
            for option in SYSTEMS[system].options:
                name = option_field(system, option.name)
                try:
                    connections.check_options(SYSTEMS[system], {option.name: cleaned.get(name) or ""}, seller)
                except InvalidInput as refusal:
                    self.add_error(name, str(refusal))
        return cleaned

    def system_name(self) -> str:
        return self.cleaned_data.get("system") or self.instance.system

    def options(self) -> dict[str, str]:
        """Return the options of the chosen system."""
        system = self.system_name()
        names = [option.name for option in SYSTEMS[system].options] if system in SYSTEMS else []
        return {name: value for name in names if (value := self.cleaned_data.get(option_field(system, name)))}


# ModelForm collects its fields when the class is made.
ConnectionForm: Any = type("ConnectionForm", (ConnectionFormBase,), dict(_made_fields()))


class NewKeyForm(ConnectionForm):  # type: ignore[misc]
    """The same for a connection that exists: its key and its options can be replaced, nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_others = set(option_fields()) - set(option_fields(self.instance.system))
        for name in ("seller", "system", *of_others):
            self.fields.pop(name, None)
        for name, value in self.instance.options.items():
            self.initial[option_field(self.instance.system, name)] = value
        if field := self.fields.get("credential"):
            field.required = False
            field.label = _("New key, token or secret")
            field.help_text = _("Leave it empty to keep the stored one. A new one ends every pause.")
