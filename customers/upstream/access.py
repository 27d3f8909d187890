"""With what a connection's calls are made: a token, which some systems hand out for minutes only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from customers.models import Connection
from customers.upstream.call import Answer, Call, Upstream, readable

#: A token is renewed before it ends: calls take a while, and clocks differ.
MARGIN: Final = 30.0
#: How long a token is taken to live whose answer does not say.
LIFETIME: Final = 300.0


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a client puts into its calls: the key or token, and the connection's options."""

    token: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """Return the access with the stored credential. Raises CredentialUnreadable."""
        return cls(token=connection.credential, options=connection.options)


class SignInRefused(Exception):
    """The system gave no token; the message is what it said."""


class Tokens:
    """The access of one connection while a program runs.

    Where the client has `sign_in(access)`, with the stored secret as its token, and it returns a
    call, that call is made, and `token_of(data)` reads the token and its lifetime in seconds from the
    answer. Else the stored credential is the token.
    """

    def __init__(self, connection: Connection, client: Any, upstream: Upstream) -> None:
        self._stored = Access.of(connection)
        self._client, self._upstream = client, upstream
        self._token, self._ends = "", 0.0
        sign_in = getattr(client, "sign_in", None)
        self._sign_in: Call | None = sign_in(self._stored) if sign_in else None

    @property
    def renewable(self) -> bool:
        return self._sign_in is not None

    def access(self) -> Access:
        """Return the access for a call that is made now. Raises SignInRefused, NoAnswer."""
        if self._sign_in is None:
            return self._stored
        if time.monotonic() >= self._ends:
            self._renew(self._sign_in)
        return Access(token=self._token, options=self._stored.options)

    def forget(self) -> None:
        """Let the next call sign in again: the system did not accept the token."""
        self._ends = 0.0

    def _renew(self, sign_in: Call) -> None:
        began = time.monotonic()
        answer = self._upstream.call(sign_in)
        found = self._client.token_of(answer.data) if 200 <= answer.status < 300 else None
        if found is None:
            raise SignInRefused(_words(answer, self._client, sign_in))
        self._token, lifetime = found[0], found[1] or LIFETIME
        self._ends = began + max(lifetime - MARGIN, lifetime / 2)


def bearer_token(data: Any) -> tuple[str, float] | None:
    """Return `access_token` and `expires_in` of an answer's object; 0 seconds where it tells none.

    None where there is no token that a header could carry.
    """
    token = data.get("access_token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        return None
    lifetime = data.get("expires_in")
    known = isinstance(lifetime, int | float) and lifetime > 0
    return token, float(lifetime) if known else 0.0


def _words(answer: Answer, client: Any, call: Call) -> str:
    if 200 <= answer.status < 300:
        # Its body is not shown: it may hold a token all the same.
        return f"{answer.status}, without a token"
    words = readable(client.message_of(answer.data), call) or answer.excerpt
    return f"{answer.status} {words}".strip()
