"""What can be wrong with a request before the rules of customers are asked.

Each slice's `errors.py` gives these its documented status and words.
"""

from collections.abc import Sequence


class BadRequest(Exception):
    """A request that cannot be used; the message is in the slice's own words."""


class BadBody(Exception):
    """The body cannot be read."""


class EmptyJson(BadBody):
    """The content type promises JSON and the body is empty."""


class InvalidJson(BadBody):
    """The body is not JSON in UTF-8, or nested too deeply."""


class UnsupportedType(BadBody):
    """The content type is not JSON."""


class BodyTooLarge(BadBody):
    """The body is over the limit."""


class KeyRefused(Exception):
    """The request carries no key that opens anything."""


class KeyMissing(KeyRefused):
    """No key was sent."""


class KeyUnknown(KeyRefused):
    """The key was never issued, or is mistyped."""


class KeyRevoked(KeyRefused):
    """The key was revoked."""


class KeyExpired(KeyRefused):
    """The key's time is over."""


class ScopeMissing(Exception):
    """The key does not allow this; `scope` is what it would need."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class RateLimited(Exception):
    """Too many requests with one key; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class RouteNotFound(Exception):
    """No document describes this method on this path."""


class MethodNotAllowed(RouteNotFound):
    """The path is known, the method is not; `allowed` are those that are."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__()
        self.allowed = tuple(allowed)


class NotAcceptable(Exception):
    """The client accepts no form of answer that there is."""


class PreconditionFailed(Exception):
    """If-Match names another version than the stored one."""


class IncompleteBody(BadBody):
    """The body ended before the announced length."""


class IdempotencyKeyReused(Exception):
    """The Idempotency-Key was used before, for another body."""


class IdempotencyKeyInFlight(Exception):
    """A request with this Idempotency-Key is being worked on."""
