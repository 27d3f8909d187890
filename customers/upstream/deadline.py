"""A deadline for a whole call.

The timeouts of requests are per read, so an answer that drips never times out. Here a timer closes
the socket. It also knows whether bytes may have reached the other side, which decides whether a
failed call may have been applied.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.cookiejar import DefaultCookiePolicy
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError


class Deadline:
    """The time that is left to the call that this thread makes."""

    _current: ClassVar[threading.local] = threading.local()

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._socket: Any = None
        self.sent = False
        self.expired = False

    @classmethod
    def current(cls) -> Deadline | None:
        return getattr(cls._current, "deadline", None)

    @property
    def left(self) -> float:
        return self._ends - time.monotonic()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Make this the thread's deadline while the block runs."""
        timer = threading.Timer(max(self.left, 0), self._expire)
        timer.daemon = True
        timer.start()
        self._current.deadline = self
        try:
            yield
        finally:
            timer.cancel()
            self._current.deadline = None
            self._socket = None

    def begin(self, connection: Any) -> None:
        """Note that `connection` is about to send. Raises ConnectTimeoutError when it is too late for that."""
        if self.expired or self.left <= 0:
            connection.close()
            raise ConnectTimeoutError(connection, "The call's time was over before it could be sent.")
        self._socket = connection.sock
        self.sent = True

    def _expire(self) -> None:
        self.expired = True
        if (watched := self._socket) is not None:
            # Of the socket below TLS: the thread that reads sees its end at once.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(watched, socket.SHUT_RDWR)


class _Watched:
    sock: Any

    def send(self, data: Any) -> None:
        deadline = Deadline.current()
        if deadline is not None and not deadline.sent:
            if self.sock is None:
                self.connect()  # type: ignore[attr-defined]
            deadline.begin(self)
        super().send(data)  # type: ignore[misc]


class _WatchedHTTP(_Watched, HTTPConnection):
    pass


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class WatchedAdapter(HTTPAdapter):
    """Sends over connections that know the thread's deadline. Never tries twice."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def watched_session() -> requests.Session:
    """Return a session that keeps connections alive, and neither cookies nor the environment's settings."""
    session = requests.Session()
    session.trust_env = False
    # Sellers share a worker's session.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = WatchedAdapter(pool_connections=4, pool_maxsize=4, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
