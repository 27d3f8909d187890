"""One call to an upstream: sent once, within a total time, its answer read within limits.

Nothing is tried again here; that is delivery's. No answer is an exception with one question
answered: may the upstream have received the call?
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

import requests
from django.conf import settings

from customers.models.text import storable
from customers.upstream.deadline import Deadline, watched_session

MAX_ANSWER_BYTES: Final = 1 << 20
EXCERPT_CHARACTERS: Final = 1000
_HIDDEN: Final = "[hidden]"
_KEYS: Final = re.compile(r"sk_live_[0-9A-Za-z]{8,}|(?i:bearer) +[\w.~+/-]{8,}=*")


class Problem(StrEnum):
    """What kept an answer from coming."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    LOST = "lost"
    TOO_LATE = "too_late"


class NoAnswer(Exception):
    """No complete answer came. `sent` says whether the upstream may have received the call."""

    def __init__(self, problem: Problem, detail: str, *, sent: bool, milliseconds: int) -> None:
        super().__init__(detail)
        self.problem = problem
        self.sent = sent
        self.milliseconds = milliseconds


@dataclass(frozen=True, kw_only=True)
class Call:
    """What to ask. `headers` and `secrets` hold credentials and never appear in a log.

    `body` is sent as JSON, `form` as a form; `secrets` are values in them that no answer may repeat.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def content(self) -> tuple[bytes | None, dict[str, str]]:
        """The body's bytes, and the header that names their type."""
        if self.form is not None:
            return urlencode(self.form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        if self.body is None:
            return None, {}
        # Sorted, because PostgreSQL does not keep the order: a repeated body is the same to the byte.
        text = json.dumps(self.body, ensure_ascii=False, sort_keys=True)
        return text.encode(), {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the upstream said: `data` is its JSON, or None where it is not JSON or was cut off.

    Everything in it can be stored.
    """

    status: int
    headers: Mapping[str, str]
    data: Any
    excerpt: str
    milliseconds: int


class Upstream:
    """The calls of one process: a session with live connections for each thread."""

    def __init__(self) -> None:
        self._sessions = threading.local()

    def call(self, call: Call, *, seconds: float | None = None) -> Answer:
        """Make the call and return the answer, whatever its status. Raises NoAnswer."""
        deadline = Deadline(settings.DELIVERY_DEADLINE if seconds is None else seconds)
        began = time.monotonic()
        try:
            with deadline.watched():
                response = self._send(call, deadline)
                with response:
                    content = _read(response)
        except (requests.RequestException, OSError, ValueError, AttributeError) as error:
            # The last two: what the libraries raise when the timer takes their socket away.
            raise _no_answer(error, deadline, call, _milliseconds(began)) from error
        if deadline.expired:
            # The end that the timer made can look like that of an answer.
            late = "The call's time was over before the answer was."
            raise NoAnswer(Problem.TOO_LATE, late, sent=True, milliseconds=_milliseconds(began))
        return _answer(response, content, call, _milliseconds(began))

    def _send(self, call: Call, deadline: Deadline) -> requests.Response:
        session = getattr(self._sessions, "session", None)
        if session is None:
            session = self._sessions.session = watched_session()
        content, content_type = call.content
        headers = {
            "Accept": "application/json",
            # A compressed answer could be of any size.
            "Accept-Encoding": "identity",
            "User-Agent": user_agent(),
            **content_type,
            **call.headers,
        }
        response: requests.Response = session.request(
            call.method,
            call.url,
            data=content,
            headers=headers,
            timeout=(min(settings.DELIVERY_CONNECT_TIMEOUT, max(deadline.left, 0.01)), settings.DELIVERY_READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
            verify=settings.UPSTREAM_CA_FILE or True,
        )
        return response


def user_agent() -> str:
    return f"Frontdesk/{settings.VERSION}"


def _read(response: requests.Response) -> bytes | None:
    """Return the body; None where it is larger than any answer of a customer, or encoded unasked."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        return None
    content = bytearray()
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            # What is left is not read, so the connection cannot be used again.
            response.close()
            return None
    return bytes(content)


def _answer(response: requests.Response, content: bytes | None, call: Call, milliseconds: int) -> Answer:
    try:
        data = None if content is None else _storable(json.loads(content))
    except (ValueError, RecursionError):
        data = None
    text = "" if content is None else content[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace")
    excerpt = "(an answer that is too large or encoded)" if content is None else readable(text, call)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, data=data, excerpt=excerpt, milliseconds=milliseconds)


def _storable(data: Any) -> Any:
    """Return the JSON with nothing in it that a database refuses. Raises ValueError for numbers that JSON has not."""
    match data:
        case str():
            return storable(data)
        case float() if not math.isfinite(data):
            raise ValueError("JSON knows neither NaN nor Infinity.")
        case list():
            return [_storable(item) for item in data]
        case dict():
            return {storable(name): _storable(value) for name, value in data.items()}
    return data


def readable(text: str, call: Call) -> str:
    """Return the beginning of `text` without credentials and what a database cannot keep."""
    for value in (*call.headers.values(), *call.secrets):
        text = text.replace(value, _HIDDEN) if len(value) >= 8 else text
    return storable(_KEYS.sub(_HIDDEN, text))[:EXCERPT_CHARACTERS].strip()


def _no_answer(error: Exception, deadline: Deadline, call: Call, milliseconds: int) -> NoAnswer:
    # The reason may hold what the upstream sent instead of an answer.
    words = readable(_reason(error), call)
    if isinstance(error, requests.exceptions.SSLError) and not deadline.sent:
        return NoAnswer(Problem.UNTRUSTED, words, sent=False, milliseconds=milliseconds)
    if not deadline.sent:
        return NoAnswer(Problem.UNREACHABLE, words, sent=False, milliseconds=milliseconds)
    late = deadline.expired or isinstance(error, requests.Timeout)
    problem = Problem.TOO_LATE if late else Problem.LOST
    return NoAnswer(problem, words, sent=True, milliseconds=milliseconds)


def _reason(error: BaseException) -> str:
    """Return the innermost cause in one line: libraries wrap it several times."""
    while (inner := error.__cause__ or error.__context__ or getattr(error, "reason", None)) is not None:
        if not isinstance(inner, BaseException):
            break
        error = inner
    return " ".join(f"{type(error).__name__}: {error}".split())


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
