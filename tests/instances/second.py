"""A second Frontdesk, with a database of its own, as the upstream of the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import requests

from tests.parts import ROOT, Site, environment, free_port


class Second:
    """The second instance: `seller` is its seller's short name, `key` the API key that the first uses."""

    def __init__(self, folder: Path) -> None:
        self.variables = {"DATABASE_URL": f"sqlite:///{folder / 'second.sqlite3'}", "DATA_DIR": str(folder)}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.manage("migrate", "-v0")
        self.manage("create_seller", "there", "--name", "There")
        self.key = self.new_key()

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(**self.variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def new_key(self) -> str:
        return self.manage("create_api_key", "there", "--name", "first").strip()

    def set_limit(self, limit: str) -> None:
        script = f"from customers.models import Seller; Seller.objects.update(customer_limit={limit})"
        self.manage("shell", "-v0", "-c", script)

    def start(self) -> Site:
        self.site = Site(self.port, **self.variables)
        return self.site.__enter__()

    def stop(self) -> None:
        self.site.__exit__()

    def kill(self) -> None:
        self.site.process.kill()
        self.site.process.communicate()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        if self.site.process.poll() is None:
            self.stop()

    def post(self, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/api/customers", json=body, headers={"X-API-Key": self.key}, timeout=30)
        assert answer.status_code == 201, answer.text
        customer: dict[str, Any] = answer.json()
        return customer

    def customers(self, key: str = "") -> dict[str, dict[str, Any]]:
        """Return all customers by e-mail address, as the second's own API shows them."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            query = {"limit": "100", **({"starting_after": cursor} if cursor else {})}
            headers = {"X-API-Key": key or self.key}
            page = requests.get(f"{self.url}/api/customers", params=query, headers=headers, timeout=30).json()
            found |= {one["email"]: one for one in page["data"]}
            cursor = page["next_cursor"]
            if not page["has_more"]:
                return found

    def history(self) -> list[list[str]]:
        """Return [action, request id] of each change, oldest first."""
        script = (
            "import json; from customers.models import CustomerChange as C; "
            "print(json.dumps([list(one) for one in C.objects.order_by('id').values_list('action', 'request_id')]))"
        )
        import json

        changes: list[list[str]] = json.loads(self.manage("shell", "-v0", "-c", script))
        return changes
