from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.test import Client

DOCUMENTS = Path(__file__).parent / "documents"


def document(name: str) -> Any:
    """Return a documented example; compare with `==` and `list()` to include the members' order."""
    return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


class Api:
    """A client of the API: sends bytes or JSON as they are given, with the key."""

    def __init__(self, key: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.key = key

    def send(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        """Send; `headers` by their names with underscores. A key of "" is left out."""
        sent = {"X-API-Key": self.key, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is None:
            content_type = ""
        kept = {name: value for name, value in sent.items() if value}
        return self.client.generic(method, path, data, content_type, headers=kept)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, body: Any, **headers: str) -> Any:
        return self.send("POST", "/api/customers", body, **headers)

    def patch(self, id: Any, body: Any, **headers: str) -> Any:
        return self.send("PATCH", f"/api/customers/{id}", body, **headers)

    def delete(self, id: Any, **headers: str) -> Any:
        return self.send("DELETE", f"/api/customers/{id}", **headers)


def assert_refused(response: Any, status: int, error: str, message: str) -> None:
    """Assert that the answer is exactly the documented envelope."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert list(response.json().items()) == [("error", error), ("message", message)]


def assert_bad(response: Any, message: str) -> None:
    assert_refused(response, 400, "Bad Request", message)
