"""The documented examples, one by one: our answer for an equal customer equals the file."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from customers.models import Customer, Seller
from customers.systems.my_virtual_office import examples
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site
from tests.systems.my_virtual_office.api import Api, document

REDIRECT = {"street": "Weiterleitungsstraße 5", "city": "München", "postal_code": "80331", "country": "Germany"}


@pytest.fixture
def documented(db: None) -> Customer:
    """The customer of the documents, as it was before the documented update."""
    seller = make_seller(id="660e8400-e29b-41d4-a716-446655440001")
    values = {**document("create_request"), "company_name": "Acme Corp", "language": "en"}
    customer = Customer(seller=seller, id=document("get_response")["id"], source="api", **values)
    customer.created_at = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
    customer.updated_at = datetime(2024, 2, 20, 14, 15, tzinfo=UTC)
    customer.derive()
    customer.save()
    return customer


def same(ours: Any, theirs: Any, *, except_for: tuple[str, ...] = ()) -> bool:
    """Return whether values, members and their order are equal."""
    assert list(ours) == list(theirs)
    for member, value in theirs.items():
        if isinstance(value, dict):
            assert list(ours[member].items()) == list(value.items())
        elif member not in except_for:
            assert ours[member] == value
    return True


def test_get__the_documented_customer(documented: Customer) -> None:
    api = Api(make_api_key(documented.seller)[1])

    response = api.get(f"/api/customers/{documented.id}")

    assert response.status_code == 200
    assert same(response.json(), document("get_response"))


def test_create__the_documented_request(api: Api) -> None:
    response = api.post(document("create_request"))

    assert response.status_code == 201
    made_now = ("id", "seller_id", "created_at", "updated_at")
    assert same(response.json(), document("create_response"), except_for=made_now)
    assert response.json()["created_at"] == response.json()["updated_at"]


def test_update__the_documented_request(documented: Customer) -> None:
    documented.postal_redirect_address = REDIRECT
    documented.company_name = "Acme Inc"
    documented.save()
    api = Api(make_api_key(documented.seller)[1])

    response = api.patch(documented.id, document("update_request"))

    assert response.status_code == 200
    assert same(response.json(), document("update_response"), except_for=("updated_at",))


@pytest.mark.parametrize("name", ["create", "get", "update"])
def test_401__no_key(name: str, db: None) -> None:
    api = Api("")
    send = {
        "create": lambda: api.post({}),
        "get": lambda: api.get("/api/customers/x"),
        "update": lambda: api.patch("x", {}),
    }

    response = send[name]()

    assert response.status_code == 401
    assert same(response.json(), document(f"{name}_401"))


def test_400__create_without_email(api: Api) -> None:
    response = api.post({"first_name": "John", "last_name": "Doe"})

    assert response.status_code == 400
    assert same(response.json(), document("create_400"))


def test_400__update_of_nothing(api: Api) -> None:
    response = api.patch("550e8400-e29b-41d4-a716-446655440000", {})

    assert response.status_code == 400
    assert same(response.json(), document("update_400"))


def test_403__plan_full(db: None) -> None:
    seller = make_seller(customer_limit=10)
    for _number in range(10):
        make_customer(seller)

    response = Api(make_api_key(seller)[1]).post(document("create_request"))

    assert response.status_code == 403
    assert same(response.json(), document("create_403"))


@pytest.mark.parametrize("name", ["get", "update"])
def test_404__unknown_customer(name: str, api: Api) -> None:
    id = "550e8400-e29b-41d4-a716-446655440000"

    response = api.get(f"/api/customers/{id}") if name == "get" else api.patch(id, {"first_name": "Jane"})

    assert response.status_code == 404
    assert same(response.json(), document(f"{name}_404"))


@pytest.mark.parametrize("name", ["create", "update"])
def test_409__email_taken(name: str, api: Api, seller: Seller) -> None:
    make_customer(seller, email="john.doe@example.com")
    other = make_customer(seller)

    if name == "create":
        response = api.post(document("create_request"))
    else:
        response = api.patch(other.id, {"email": "john.doe@example.com"})

    assert response.status_code == 409
    assert same(response.json(), document(f"{name}_409"))


def test_examples__are_those_of_the_documents() -> None:
    assert document("create_request") == examples.CREATE_BODY
    assert document("create_response") == examples.CREATED
    assert document("get_response") == examples.READ
    assert document("update_request") == examples.UPDATE_BODY
    assert document("update_response") == examples.UPDATED


CREATE = """curl -sS -X POST {url}/api/customers \\
  -H "X-API-Key: {key}" \\
  -H "Content-Type: application/json" \\
  -d '{{
    "first_name": "John",
    "last_name": "Doe",
    "email": "john.doe@example.com",
    "company_name": "Acme Inc",
    "legal_entity": "GmbH",
    "language": "de",
    "address_data": {{
      "street": "Musterstraße 123",
      "city": "Berlin",
      "postal_code": "10115",
      "country": "Germany"
    }}
  }}'"""
READ = """curl -sS -X GET {url}/api/customers/{id} \\
  -H "X-API-Key: {key}" """
UPDATE = """curl -sS -X PATCH {url}/api/customers/{id} \\
  -H "X-API-Key: {key}" \\
  -H "Content-Type: application/json" \\
  -d '{{
    "first_name": "Jane",
    "company_name": "Acme Corp",
    "language": "en"
  }}'"""


def test_curl__the_documents_commands_against_the_running_site(site: Site) -> None:
    import json

    key = make_api_key(make_seller())[1]

    def run(command: str, **values: str) -> Any:
        filled = command.format(url=site.url, key=key, **values)
        done = subprocess.run(["sh", "-c", filled], capture_output=True, text=True, check=True, timeout=30)
        return json.loads(done.stdout)

    created = run(CREATE)
    updated = run(UPDATE, id=created["id"])
    read = run(READ, id=created["id"])

    made_now = ("id", "seller_id", "created_at", "updated_at")
    assert same(created, document("create_response"), except_for=made_now)
    expected = {**created, **document("update_request")}
    assert same(updated, expected, except_for=("updated_at",))
    assert same(read, updated)
