"""What an address may ask of a list: what its own links ask.

Django lets any column be compared in any way: by regular expressions, years that no calendar has,
parts of JSON. Databases break on some of that, and it tells of columns that no page shows.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from customers.models.text import SEARCHED_WORDS, fold

#: How the links of Django's field filters compare.
COMPARISONS: Final = ("__exact", "__isnull")


class OwnFilters(ChangeList):  # type: ignore[misc]
    """A list that answers foreign filters like values it cannot use: with itself, unfiltered.

    Its own are those of `list_filter`, and what the admin names in `linked_lookups`.
    """

    def get_filters(self, request: HttpRequest) -> Any:
        filters = [item[0] if isinstance(item, tuple) else item for item in self.list_filter]
        names = {getattr(item, "parameter_name", item) for item in filters}
        known = {*names, *self.model_admin.linked_lookups}
        for parameter in self.get_filters_params():
            of_field = parameter.endswith(COMPARISONS) and parameter.partition("__")[0] in names
            if not (of_field or parameter in known):
                raise IncorrectLookupParameters
        return super().get_filters(request)


class CustomerSearch:
    """For lists of what belongs to customers: they are found as in their own list, without case and accents."""

    search_fields = ("customer__search_text", "request_id")
    search_help_text = _("Customer or request")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.split()[:SEARCHED_WORDS]:
            customer = Q(customer__search_text__contains=fold(word).strip())
            queryset = queryset.filter(customer | Q(request_id__icontains=word))
        return queryset, False
