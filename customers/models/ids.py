"""Primary keys: UUIDs of version 7 (RFC 9562), which sort by the time they were made.

New rows then go to the end of the index instead of all over it, which is what keeps inserts fast
with a million rows.
"""

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a UUID of milliseconds, twelve bits of their fraction, and 62 random bits."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))
