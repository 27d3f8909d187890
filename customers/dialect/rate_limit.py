"""How many requests a key may make in a minute.

Two fixed windows approximate a sliding one: the last minute's count fades out while the present
one fills. Counts are kept in the cache, where raising one is atomic, so that several processes
share them. A cache that is down limits nobody.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache

logger = logging.getLogger(__name__)

WINDOW: Final = 60


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """`limit` requests a minute, `remaining` now, `reset` seconds to the next window.

    `retry_after` is None for a request that is allowed, else the seconds until one would be.
    """

    limit: int
    remaining: int
    reset: int
    retry_after: int | None = None


def spend(name: str, limit: int, *, now: float | None = None) -> Allowance:
    """Spend one request of `name`. A refused request is not counted."""
    now = time.time() if now is None else now
    window, elapsed = int(now // WINDOW), now % WINDOW
    try:
        before = cache.get(_counter(name, window - 1), 0)
        cache.add(_counter(name, window), 0, timeout=2 * WINDOW)
        count = cache.incr(_counter(name, window))
        used = before * (1 - elapsed / WINDOW) + count
        if used > limit:
            cache.decr(_counter(name, window))
    except Exception:
        # Whatever the cache's client raises: nobody is locked out because a counter is away.
        logger.warning("Requests are not being limited: the cache does not answer.", exc_info=True)
        return Allowance(limit=limit, remaining=limit, reset=WINDOW)
    reset = math.ceil(WINDOW - elapsed)
    if used <= limit:
        return Allowance(limit=limit, remaining=int(limit - used), reset=reset)
    wait = _wait(before, count - 1, limit, elapsed)
    return Allowance(limit=limit, remaining=0, reset=reset, retry_after=max(1, math.ceil(wait)))


def _counter(name: str, window: int) -> str:
    return f"rate:{name}:{window}"


def _wait(before: int, count: int, limit: int, elapsed: float) -> float:
    """Return the seconds until the fading count leaves room for one more."""
    if count < limit and before:
        return (1 - (limit - count - 1) / before) * WINDOW - elapsed
    return WINDOW - elapsed + (1 - (limit - 1) / count) * WINDOW
