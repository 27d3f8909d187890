"""The address of a request as it was sent, before anything was decoded."""

from __future__ import annotations

import re

from django.http import HttpRequest


def raw_url(request: HttpRequest) -> str:
    """Return the request target: path and query, percent-encoding untouched.

    Servers hand it over under different names; where one does not, Django's own encoding serves.
    """
    url = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or request.get_full_path()
    return str(url)


def raw_segments(request: HttpRequest) -> list[str]:
    """Return the path's segments; an encoded slash does not divide."""
    path = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", "", raw_url(request))
    return re.split(r"[?#]", path, maxsplit=1)[0].split("/")[1:]
