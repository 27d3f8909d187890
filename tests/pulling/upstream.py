"""An upstream whose answers a test dictates, over a real socket."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit

Answer = tuple[int, Any, dict[str, str]]
Answering = Callable[["Request"], Answer | None]


@dataclass(frozen=True)
class Request:
    """A call. `segments` are the parts of the path, decoded after they were split."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.content.decode()))

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def always(status: int, data: Any = None, **headers: str) -> Answering:
    """Answer everything alike; the names of headers are written with underscores."""
    return lambda _request: (status, data, {name.replace("_", "-"): value for name, value in headers.items()})


def silence(_request: Request) -> None:
    """Close the connection without a word."""


def in_turn(*answers: Answering) -> Answering:
    """Answer the first call as the first says, and so on; the last one goes on for ever."""
    waiting = list(answers)
    return lambda request: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(request)


@dataclass
class Gate:
    """Lets `free` calls pass; the next ones wait until it is opened. `reached` says that one waits."""

    free: int
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pass_through(self) -> None:
        with self._lock:
            self.free -= 1
            waits = self.free < 0
        if waits:
            self.reached.set()
            self.opened.wait(60)


@dataclass
class Upstream(ABC):
    """Answers what `answer` returns; None closes the connection without a word. Keeps all `requests`."""

    requests: list[Request] = field(default_factory=list)

    @abstractmethod
    def answer(self, request: Request) -> Answer | None:
        """Return the answer."""

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

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments: Any) -> None:
                """Say nothing: a caller that was killed is no news here."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        content = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.command, handler.path, headers, content)
        self.requests.append(request)
        answer = self.answer(request)
        if answer is None:
            handler.close_connection = True
            return
        status, data, extra = answer
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **extra}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
