"""Django's WSGI handler for requests whose Content-Type means harm.

Django decodes addresses and forms with whatever charset a request names, and fails outside every
middleware where that is no charset for text, or where the parameters cannot be read. Everything
sent here is UTF-8, so the charset is not looked at.
"""

from __future__ import annotations

from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (ValueError, LookupError):
            self.content_type, self.content_params = "", {}
        self.content_params.pop("charset", None)


class Handler(WSGIHandler):
    request_class = Request


def make_handler() -> Handler:
    django.setup(set_prefix=False)
    return Handler()
