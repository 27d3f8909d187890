from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator

DOCUMENTS = Path(__file__).parent / "documents"
#: The addresses of the document's first and second sample.
FIRST = "/customer"
SECOND = "/api/v1/customer"
JOHN: dict[str, Any] = {
    "customer_name": "John Doe",
    "customer_email": "john@example.com",
    "customer_phone": "+19203751411",
    "customer_country": "USA",
}


def document(name: str) -> Any:
    """Return a documented example; compare with `ordered` to include the members' order."""
    return json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8"))


OBJECT = Draft202012Validator(document("object.schema"))
LIST = Draft202012Validator(document("list.schema"))


def ordered(value: Any) -> Any:
    """Return `value` with pairs for objects, so that `==` sees the members' order, too."""
    if isinstance(value, dict):
        return [(name, ordered(member)) for name, member in value.items()]
    return [ordered(item) for item in value] if isinstance(value, list) else value


class Api:
    """A client of the API: sends bytes or JSON as they are given, with the key as bearer token."""

    def __init__(self, key: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.key = key

    def send(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        """Send; `headers` by their names with underscores. What is "" is left out."""
        sent = {"Authorization": f"Bearer {self.key}" if self.key else ""}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is None:
            content_type = ""
        return self.client.generic(method, path, data, content_type, headers={k: v for k, v in sent.items() if v})

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, body: Any, path: str = FIRST, **headers: str) -> Any:
        """Send with an Idempotency-Key of its own unless one is given."""
        return self.send("POST", path, body, **{"Idempotency_Key": str(uuid.uuid4()), **headers})

    def put(self, id: Any, body: Any, path: str = FIRST, **headers: str) -> Any:
        """Send with an Idempotency-Key of its own unless one is given."""
        return self.send("PUT", f"{path}/{id}", body, **{"Idempotency_Key": str(uuid.uuid4()), **headers})


def read_json(response: Any, status: int) -> Any:
    """Assert status and media type and return the body."""
    assert response.status_code == status, response.content
    assert response["Content-Type"].partition(";")[0] == "application/json"
    return json.loads(response.content)


def read_object(response: Any, status: int = 200) -> dict[str, Any]:
    """Assert that the answer is in the form of the first sample and return its customer."""
    body = read_json(response, status)
    OBJECT.validate(body)
    assert body["status_code"] == status
    data: dict[str, Any] = body["data"]
    return data


def read_list(response: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Assert that the answer is in the form of the second sample; return customers and pagination."""
    body = read_json(response, 200)
    LIST.validate(body)
    return body["data"], body["pagination"]


def read_one(response: Any) -> dict[str, Any]:
    """Return the one customer of an answer in the form of the second sample."""
    (customer,), _pagination = read_list(response)
    return customer


def assert_failed(response: Any, status: int, message: str | None = None) -> None:
    """Assert that the answer is the envelope of errors; any message will do where none is given."""
    body = read_json(response, status)
    assert list(body) == ["status", "status_code", "message"]
    assert (body["status"], body["status_code"]) == ("error", status)
    assert isinstance(body["message"], str)
    assert body["message"] == message if message is not None else body["message"]


def assert_invalid(response: Any, *members: str) -> None:
    """Assert that the answer names exactly these members as wrong."""
    body = read_json(response, 422)
    assert list(body) == list(document("error_422"))
    assert {**body, "errors": 0} == {**document("error_422"), "errors": 0}
    assert set(body["errors"]) == set(members)
    for texts in body["errors"].values():
        assert texts
        assert all(isinstance(text, str) and text for text in texts)
