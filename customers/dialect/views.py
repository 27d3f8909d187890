"""The view that every served endpoint is built on: the order in which a request is judged.

Route, key, rate, scope; then the slice's own body, rules and answer. Whatever goes wrong on the
way leaves in the slice's words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.dialect import rate_limit
from customers.dialect.exceptions import MethodNotAllowed, RateLimited, RouteNotFound, ScopeMissing
from customers.dialect.idempotency import Answer
from customers.dialect.keys import find_key
from customers.dialect.paths import raw_segments
from customers.dialect.request_ids import echo_request_id, request_id
from customers.models import Actor, ApiKey, Scope, Seller, Source


class Utf8JSONRenderer(JSONRenderer):
    """JSON as the documented systems write it, and named as they name it."""

    charset = "utf-8"
    ensure_ascii = False
    compact = True


class OneForm(BaseContentNegotiation):
    """An address has one form of answer, whatever a client would like."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


@dataclass(frozen=True)
class Dialect:
    """What a slice's views differ in before their own work begins.

    `read_credential` returns the key in plain text as the system's clients send it, empty where
    there is none. `answer_error` gives every exception the system's own answer.
    """

    read_credential: Callable[[HttpRequest], str]
    answer_error: Callable[[Exception, HttpRequest], Response]


class DialectView(APIView):
    """Base of every slice's views."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (Utf8JSONRenderer,)
    content_negotiation_class = OneForm
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    #: The slice's ways in and out; set once, by the class that its views share.
    dialect: ClassVar[Dialect]
    #: How many segments the path has, as it was sent: an encoded slash is part of one. None: any number.
    segments: ClassVar[int | None] = None

    api_key: ApiKey
    allowance: rate_limit.Allowance | None = None

    @property
    def seller(self) -> Seller:
        return self.api_key.seller

    @property
    def actor(self) -> Actor:
        return Actor(source=Source.API, api_key=self.api_key, request_id=request_id(self.request._request))

    # APIView would announce Allow and Vary: Accept, which is not how these systems answer.
    default_response_headers: ClassVar[dict[str, str]] = {}
    format_kwarg = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        renderer, media_type = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = renderer, media_type
        if self.segments not in (None, len(raw_segments(request._request))):
            raise RouteNotFound
        if self.handler_name(request) is None:
            raise MethodNotAllowed(self.allowed_methods)
        self.api_key = find_key(self.dialect.read_credential(request._request))
        if settings.API_RATE_LIMIT > 0:
            self.allowance = rate_limit.spend(str(self.api_key.pk), settings.API_RATE_LIMIT)
            if self.allowance.retry_after is not None:
                raise RateLimited(self.allowance.retry_after)
        scope = Scope.READ if request.method in ("GET", "HEAD") else Scope.WRITE
        if scope not in self.api_key.scopes:
            raise ScopeMissing(scope)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return lambda error, context: self.dialect.answer_error(error, context["request"]._request)

    def handler_name(self, request: Request) -> str | None:
        name = (request.method or "").lower()
        return name if name in self.http_method_names and hasattr(self, name) else None

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        echo_request_id(request._request, response)
        response["Cache-Control"] = "private, no-cache"
        if self.allowance is not None:
            for name, value in self.rate_headers(self.allowance).items():
                response[name] = str(value)
        return response

    def rate_headers(self, allowance: rate_limit.Allowance) -> dict[str, int]:
        """Return how the system tells a client what it may still do."""
        return {
            "RateLimit-Limit": allowance.limit,
            "RateLimit-Remaining": allowance.remaining,
            "RateLimit-Reset": allowance.reset,
        }


def respond(answer: Answer) -> Response:
    """Return the response for an answer that may have been given before."""
    replayed = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(answer.data, status=answer.status, headers={**answer.headers, **replayed})
