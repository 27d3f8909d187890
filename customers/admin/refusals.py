"""How a refusal of the services is shown: beside its field, or as a message; never as a crash.

A form asks the rules beforehand, but somebody else may take the address or the last place before
it is saved. What the services refuse then is shown in the same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from customers.exceptions import InvalidCustomer, Refusal

if TYPE_CHECKING:
    Form = forms.ModelForm[Any]
else:
    Form = forms.ModelForm


class RefusalForm(Form):
    """A form that shows a refusal that came up only while saving (`refusal`)."""

    refusal: ClassVar[Refusal | None] = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal is not None:
            self.add_refusal(self.refusal)
        return cleaned

    def add_refusal(self, refusal: Refusal) -> None:
        """Show `refusal` beside its field, or above the form."""
        if not isinstance(refusal, InvalidCustomer):
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
            return
        for field, lines in refusal.errors.items():
            shown = field if field in self.fields else None
            for line in lines:
                if shown is None or line not in self.errors.get(shown, []):
                    self.add_error(shown, line)


class RefusalAdmin(ModelAdmin):  # type: ignore[misc]
    """A ModelAdmin whose saving and deleting may be refused."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a refusal that came up only while saving: the form once more, with it beside its field.

        Django's view is a transaction of its own, so nothing of the first try is left.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refusal as refusal:
            request.frontdesk_refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # Django makes the class anew for each request.
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "frontdesk_refusal", None)
        return form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
