"""What the tests of commands share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

KEY = "sk_live_never_to_be_printed"
Command = Callable[..., subprocess.CompletedProcess[str]]
