"""Where this system's clients put their key: X-API-Key, or Authorization: Bearer.

A non-empty X-API-Key wins, also where the two disagree. A key in the address is never read.
"""

from django.http import HttpRequest

from customers.dialect.keys import bearer_credential


def read_credential(request: HttpRequest) -> str:
    """Return the key as it was sent; empty where there is none."""
    return request.headers.get("X-API-Key", "").strip(" \t") or bearer_credential(request)
