"""What every request passes before a view sees it, and every answer on its way out.

No rules of customers here; the write path has no middleware.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import InvalidPage
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.views.defaults import bad_request

from customers.systems import system_of

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class Middleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response


class Health(Middleware):
    """Answer /healthz: the process serves. First of all, so that it depends on nothing else."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        return self.get_response(request)


class Dialects(Middleware):
    """See to it that nothing below a system's paths leaves in a foreign shape.

    A refused host, an unknown route, a crash: Django answers these with pages of its own. What is
    an error and not JSON is replaced by the system's envelope.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        system = system_of(request.path)
        if system is None:
            return response
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/json"):
            response = system.fallback(request, response.status_code)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response


class HttpsOnly(Middleware):
    """Send plain HTTP to HTTPS, except on this machine itself.

    Nobody can listen in between there, and nobody has a certificate for 127.0.0.1; cookies lose
    their Secure mark on that way alone. Django's own redirect knows no such exception.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.HTTPS_ONLY or request.is_secure():
            return self.get_response(request)
        host, _port = split_domain_port(request.get_host())
        if host not in settings.LOOPBACK_HOSTS:
            return HttpResponsePermanentRedirect(f"https://{request.get_host()}{request.get_full_path()}")
        response = self.get_response(request)
        for cookie in response.cookies.values():
            cookie["secure"] = ""
        return response


class CleanCookies(Middleware):
    """Drop cookies that no browser keeps for us: quoting can smuggle U+0000 into a session key."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for name in [name for name, value in request.COOKIES.items() if "\x00" in name + value]:
            del request.COOKIES[name]
        return self.get_response(request)


class BadInput(Middleware):
    """Answer 400 where a value could not be used and no form was there to say so.

    Addresses and hidden fields of the admin reach queries unchecked: ids that are none, characters
    and numbers that a column cannot hold. Nothing was written; the exception ended the transaction.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        chose_field = "_to_field" in request.GET or "_to_field" in request.POST
        if isinstance(exception, ValidationError | DataError | InvalidPage) or (
            chose_field and isinstance(exception, FieldDoesNotExist)
        ):
            logger.warning("A request to %s could not be used: %s", request.path, type(exception).__name__)
            return bad_request(request, exception)
        return None
