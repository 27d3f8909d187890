"""Bodies sent with `Transfer-Encoding: chunked`.

WSGI servers hand such a body over without a CONTENT_LENGTH, and Django then reads nothing at all:
a client that streams its JSON would be told that its body is empty. Measuring the body first gives
Django the length that it needs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

# Kept in memory up to here, on disk above.
SPOOL_BYTES = 1024 * 1024
# Above every body that a page or an endpoint accepts; what is longer is cut off here, so that the
# endpoint sees a body over its limit and refuses it in its own words.
MOST_BYTES = 8 * 1024 * 1024
BLOCK_BYTES = 64 * 1024


class ChunkedBodies:
    """WSGI middleware: give a chunked request body a length."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return self.application(environ, start_response)
        with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as body:
            try:
                while body.tell() < MOST_BYTES and (block := environ["wsgi.input"].read(BLOCK_BYTES)):
                    body.write(block)
            except BlockingIOError:
                return self._too_slow(start_response)
            length = body.tell()
            body.seek(0)
            environ = {**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}
            return self.application(environ, start_response)

    def _too_slow(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a client that fell silent in the middle of its body."""
        headers = [("Content-Type", "application/json; charset=utf-8"), ("Connection", "close")]
        start_response("408 Request Timeout", headers)
        return [b'{"error":"Request Timeout","message":"Client Error"}']
