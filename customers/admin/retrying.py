"""The page "try everything again that failed since": shows what that is before it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from customers.admin.scoping import WRITERS, sellers_of
from customers.delivery import acting
from customers.models import Blocked, OutboxEntry

if TYPE_CHECKING:
    from customers.admin.deliveries import DeliveryAdmin


class SinceForm(forms.Form):
    since = forms.SplitDateTimeField(
        label=gettext_lazy("Failed since"),
        widget=UnfoldAdminSplitDateTimeWidget(),
        # Databases keep no moment at the ends of the calendar in every time zone.
        validators=[
            MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)),
            MaxValueValidator(datetime(9000, 1, 1, tzinfo=UTC)),
        ],
    )


def page(model_admin: DeliveryAdmin, request: HttpRequest) -> HttpResponse:
    if not model_admin.has_act_permission(request):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    form = SinceForm(sent) if "since_0" in sent else SinceForm(initial={"since": _yesterday()})
    chosen = None
    if form.is_bound and form.is_valid():
        own = OutboxEntry.objects.filter(seller__in=sellers_of(request, *WRITERS))
        chosen = acting.failed_since(own, form.cleaned_data["since"])
        if request.method == "POST":
            model_admin.report(request, acting.retry(chosen))
            return HttpResponseRedirect(reverse("admin:customers_outboxentry_changelist"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Try again what failed"),
        "opts": model_admin.opts,
        "form": form,
        "media": form.media,
        "found": None if chosen is None else _by_reason(chosen),
    }
    return TemplateResponse(request, "admin/customers/outboxentry/retry.html", context)


def _yesterday() -> Any:
    return timezone.localtime() - timedelta(days=1)


def _by_reason(entries: QuerySet[OutboxEntry]) -> dict[str, Any]:
    """Return how many entries there are in all, and for each reason."""
    counts = entries.order_by().values_list("blocked_why").annotate(Count("pk"))
    rows = [[Blocked(why).label if why else _("tried, and will be tried again"), count] for why, count in counts]
    return {"table": {"headers": [_("reason"), _("changes")], "rows": rows}, "count": sum(row[1] for row in rows)}
