"""Measure delivery: `python -m benchmarks` for everything, or with the names of questions."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable

from benchmarks import backlog, throughput, writes
from benchmarks.places import kinds

QUESTIONS: dict[str, Callable[[], None]] = {
    "throughput": throughput.run,
    "claim": backlog.claim,
    "memory": backlog.memory,
    "writes": writes.run,
}


def main(names: list[str]) -> None:
    if unknown := set(names) - set(QUESTIONS):
        sys.exit(f"No such question: {', '.join(sorted(unknown))}. There are: {', '.join(QUESTIONS)}.")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {' and '.join(kinds())}")
    for name in names or QUESTIONS:
        QUESTIONS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
