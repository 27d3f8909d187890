"""What the tests of commands share."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

KEY = "sk_live_never_to_be_printed"
Command = Callable[..., subprocess.CompletedProcess[str]]


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "It did not happen in time."
        time.sleep(0.05)
