"""The form of our ids in addresses."""

from __future__ import annotations

import re
from typing import Final

_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None
