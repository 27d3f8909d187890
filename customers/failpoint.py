"""Places where a test lets the process die, as a power cut would.

`FAILPOINT=name:probability` (several with commas between) ends the process hard whenever the named
place is passed, with that probability. Unset, which is all a real site knows, it costs one test.
"""

from __future__ import annotations

import os
import random
from functools import lru_cache

from django.conf import settings


def failpoint(name: str) -> None:
    """End the process here, if the settings say so and the dice agree."""
    if settings.FAILPOINT and random.random() < _probabilities(settings.FAILPOINT).get(name, 0):
        os._exit(137)


@lru_cache(maxsize=8)
def _probabilities(text: str) -> dict[str, float]:
    pairs = (part.partition(":") for part in text.split(","))
    return {name.strip(): float(probability or 1) for name, _colon, probability in pairs}
