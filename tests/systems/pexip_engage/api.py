from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

from customers.models import Customer

DOCUMENTS = Path(__file__).parent / "documents"
LANGUAGES = ("da", "de", "el", "en", "es", "fr", "ja", "nl", "no", "pl")


def document(name: str) -> Any:
    """Return a documented example; compare with `same` to include the members' order."""
    return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


SCHEMA = Draft202012Validator(document("customer.schema"))


class Api:
    """A client of the API: sends bytes or JSON as they are given, with the key as a bearer token."""

    def __init__(self, key: str, enterprise: str = "acme") -> None:
        self.client = Client(raise_request_exception=False)
        self.key = key
        self.enterprise = enterprise

    def path(self, id: Any) -> str:
        return f"/enterprises/{self.enterprise}/customers/{id}"

    def send(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        """Send; `headers` by their names with underscores. A header or key of "" is left out."""
        bearer = f"Bearer {self.key}" if self.key else ""
        sent = {"Authorization": bearer, **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is None:
            content_type = ""
        kept = {name: value for name, value in sent.items() if value}
        return self.client.generic(method, path, data, content_type, headers=kept)

    def get(self, id: Any, **headers: str) -> Any:
        return self.send("GET", self.path(id), **headers)

    def patch(self, id: Any, body: Any, **headers: str) -> Any:
        return self.send("PATCH", self.path(id), body, **headers)

    def read(self, customer: Customer, **headers: str) -> dict[str, Any]:
        """Return the documented members of a customer who must be there."""
        return answered(self.get(customer.pk, **headers))

    def location(self, customer: Customer, **headers: str) -> Any:
        return self.read(customer, **headers)["location"]

    def update(self, customer: Customer, **members: Any) -> dict[str, Any]:
        """Change the members and return the answer, which must be a success."""
        return answered(self.patch(customer.pk, members))


def answered(response: Any) -> dict[str, Any]:
    """Return `data` of a 200 that keeps every promise of the document."""
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    body = response.json()
    SCHEMA.validate(body)
    data: dict[str, Any] = body["data"]
    return data


def same(ours: Any, theirs: Any) -> bool:
    """Return whether values, members and their order are equal, however deep."""
    return json.dumps(ours) == json.dumps(theirs)


def assert_refused(response: Any, status: int) -> dict[str, str]:
    """Assert that the answer is exactly the documented error and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    body = json.loads(response.content)
    assert list(body) == ["errors"]
    assert len(body["errors"]) == 1
    error: dict[str, str] = body["errors"][0]
    assert list(error) == list(document("get_404")["errors"][0])
    assert all(isinstance(value, str) and value for value in error.values()), error
    assert re.fullmatch(r"[A-Z]+(?:_[A-Z]+)*", error["code"]), error
    assert error["statusCode"] == str(status)
    return error
