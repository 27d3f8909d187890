"""Delivery beside the server, for one machine: keeps `manage.py deliver_outbox --watch` running.

The server starts it (`python -m crm.embedded PID`) when EMBEDDED_DELIVERY is on. A loop that dies
is started again; one that refuses to start, because the database was restored, is asked again once
a minute. All of them end with the server, however that ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
#: Seconds until a loop that ended is started again: usually, and after it refused to start.
AGAIN: Final = 2.0
RESTORED_AGAIN: Final = 60.0
RESTORED: Final = 3


def main(server: int) -> None:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not is_over(ended, server):
        code = run_loop(ended, server)
        pause = RESTORED_AGAIN if code == RESTORED else AGAIN
        for _second in range(int(pause)):
            if is_over(ended, server) or ended.wait(1):
                return


def run_loop(ended: threading.Event, server: int) -> int:
    """Run the loop until it ends or the server does; return its exit code."""
    command = [sys.executable, "manage.py", "deliver_outbox", "--watch", "--parent", str(os.getpid())]
    loop = subprocess.Popen(command, cwd=ROOT)
    while loop.poll() is None:
        if is_over(ended, server) or ended.wait(0.5):
            # What is under way is finished first.
            loop.terminate()
            return loop.wait()
    return loop.returncode


def is_over(ended: threading.Event, server: int) -> bool:
    return ended.is_set() or os.getppid() != server


def start() -> subprocess.Popen[bytes]:
    """Start delivery beside this process."""
    return subprocess.Popen([sys.executable, "-m", "crm.embedded", str(os.getpid())], cwd=ROOT)


if __name__ == "__main__":
    main(int(sys.argv[1]))
