"""A server that answers bytes: whatever a test wants to be sent, over plain sockets, with or without TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Self

Talk = Callable[[Any, bytes], bool]


def say(content: bytes, *, more: bool = False) -> Talk:
    """Answer each request with these bytes; then close, or wait for more."""

    def talk(line: Any, _request: bytes) -> bool:
        line.sendall(content)
        return more

    return talk


def ok(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "".join(f"{header}\r\n" for header in (f"Content-Length: {len(body)}", *headers))
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


class Hostile:
    """Keeps the `requests` it got and counts the `lines` that were opened."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        self.talk = talk
        self.context = context
        self.requests: list[bytes] = []
        self.lines = 0

    def __enter__(self) -> Self:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _address = self.socket.accept()
                self.lines += 1
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: Any) -> None:
        with contextlib.suppress(OSError), line, self._wrapped(line) as talking:
            while (request := self._read(talking)) and self._answer(talking, request):
                pass

    def _wrapped(self, line: Any) -> Any:
        return line if self.context is None else self.context.wrap_socket(line, server_side=True)

    def _answer(self, line: Any, request: bytes) -> bool:
        self.requests.append(request)
        return self.talk(line, request)

    def _read(self, line: Any) -> bytes:
        received = b""
        while b"\r\n\r\n" not in received:
            part = line.recv(65536)
            if not part:
                return b""
            received += part
        head, _end, body = received.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        while len(body) < length:
            body += line.recv(65536)
        return head + b"\r\n\r\n" + body
