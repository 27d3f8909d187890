"""`make test`: the whole suite on SQLite, and again on PostgreSQL where a server answers.

In CI every part must be there; elsewhere what is missing is left out and named.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from tests.parts import redis_address


def postgresql_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def run_suite(name: str, **variables: str) -> int:
    print(f"\n=== The suite on {name} ===", flush=True)
    # A SQLite run must not inherit somebody's DATABASE_URL.
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | variables
    return subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment)


def main() -> int:
    ci = os.environ.get("CI") == "true"
    url = os.environ["TEST_DATABASE_URL"]
    results = {"SQLite": run_suite("SQLite", DATABASE_URL="")}
    if postgresql_answers(url):
        results["PostgreSQL"] = run_suite("PostgreSQL", DATABASE_URL=url)
    elif ci:
        print("PostgreSQL does not answer, and CI must have it.", file=sys.stderr)
        return 1
    failed = [name for name, code in results.items() if code != 0]
    missing = [] if "PostgreSQL" in results else ["PostgreSQL"]
    missing += [] if redis_address() else ["Redis"]
    without = f" Not there and left out: {', '.join(missing)}." if missing else ""
    verdict = f"failed on {' and '.join(failed)}" if failed else "passed"
    print(f"\nThe tests ran on {' and '.join(results)}, and {verdict}.{without}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
