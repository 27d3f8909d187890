"""Every address of the site. The documented systems bring their own, see the registry."""

from typing import Any

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from customers.dialect.views import OneForm
from customers.systems import served_systems

# Below /api/ another method is an unknown route, where REST framework would answer OPTIONS; and what
# a client accepts changes nothing, where it would refuse.
SERVED: dict[str, Any] = {"http_method_names": ["get", "head"], "content_negotiation_class": OneForm}

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularJSONAPIView.as_view(**SERVED), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema", **SERVED), name="docs"),
    *(path("", include(system.urls)) for system in served_systems()),
]
