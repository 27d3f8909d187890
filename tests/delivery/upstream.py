"""An upstream whose answers a test dictates, over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

Answer = tuple[int, Any, dict[str, str]]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


def friendly(request: Request) -> Answer:
    """Answer as an upstream that takes everything: new customers are numbered by their e-mail address."""
    if request.method == "POST":
        return 201, {"id": f"up-{request.body['email'].partition('@')[0]}", **request.body}, {}
    return 200, {"id": request.path.rpartition("/")[2], **(request.body or {})}, {}


def always(status: int, message: str = "", **headers: str) -> Callable[[Request], Answer]:
    """Answer everything with a status and, where given, the documented envelope."""
    body = {"error": "Error", "message": message} if message else {}
    return lambda _request: (status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class ScriptedUpstream:
    """Answers what `answer` returns; None closes the connection without a word. Keeps all `requests`."""

    answer: Callable[[Request], Answer | None] = friendly
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm: ClassVar[bool] = True

            def handle_any(self) -> None:
                upstream.handle(self)

            do_GET = do_POST = do_PATCH = handle_any

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(length)) if length else None
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.command, handler.path, headers, body)
        self.requests.append(request)
        answer = self.answer(request)
        if answer is None:
            handler.close_connection = True
            return
        status, data, extra = answer
        content = data if isinstance(data, bytes) else json.dumps(data).encode()
        if status in (204, 304):
            content = b""
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **extra}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.requests]
