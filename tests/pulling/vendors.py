"""The three systems as their documents show them, each with customers that a test puts there."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.pulling.upstream import Answer, Answering, Gate, Request, Upstream

TOKEN = "token-of-the-tests-0123456789"


@dataclass
class Vendor(Upstream):
    """`records` by id, as the system sends them; `special` answers for an id, `first` before everything else."""

    system: ClassVar[str]
    #: The options of `connect` with which customers are found there.
    options: ClassVar[dict[str, str]] = {}
    #: The variables that hold the addresses, and what comes after the host.
    addresses: ClassVar[dict[str, str]]

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    special: dict[str, Answering] = field(default_factory=dict)
    first: Callable[[Request], Answer | None] | None = None
    gate: Gate | None = None
    tokens: set[str] = field(default_factory=lambda: {TOKEN})

    @property
    def variables(self) -> dict[str, str]:
        return {name: self.url + path for name, path in self.addresses.items()}

    def put(self, id: str, **fields: Any) -> dict[str, Any]:
        """Keep a customer; `fields` are `name` (first, last), `email`, and the system's own."""
        number = len(self.records) + 1
        name = fields.pop("name", ("Ada", f"Lovelace{number}"))
        email = fields.pop("email", f"{id}@example.com")
        self.records[id] = {**self.record(id, name, email), **fields}
        return self.records[id]

    def put_many(self, count: int) -> list[str]:
        ids = [f"c{number:03}" for number in range(1, count + 1)]
        for id in ids:
            self.put(id)
        return ids

    @abstractmethod
    def record(self, id: str, name: tuple[str, str], email: str) -> dict[str, Any]:
        """Return a customer as the system shows it."""

    @abstractmethod
    def rename(self, id: str, first: str, last: str) -> None:
        """Give the customer another name there."""

    def answer(self, request: Request) -> Answer | None:
        if self.first is not None and (given := self.first(request)) is not None:
            return given
        return self.route(request)

    def route(self, request: Request) -> Answer | None:
        if request.headers.get("authorization") not in {f"Bearer {token}" for token in self.tokens}:
            return self.unauthorized()
        if self.gate is not None:
            self.gate.pass_through()
        return self.serve(request)

    def serve(self, request: Request) -> Answer | None:
        """Answer for one customer: the id is the last part of the path."""
        id = request.segments[-1]
        if id in self.special:
            return self.special[id](request)
        return self.found(self.records[id]) if id in self.records else self.missing()

    @abstractmethod
    def found(self, record: dict[str, Any]) -> Answer:
        """Return the answer that shows a customer."""

    @abstractmethod
    def missing(self) -> Answer:
        """Return the answer for a customer who is not there."""

    @abstractmethod
    def unauthorized(self) -> Answer:
        """Return the answer to a token that is not known."""

    def asked(self, id: str) -> int:
        """Return how often the customer was asked for."""
        return sum(request.segments[-1] == id for request in self.requests)


class PexipEngage(Vendor):
    system = "pexip_engage"
    options: ClassVar[dict[str, str]] = {"enterprise": "there"}
    addresses: ClassVar[dict[str, str]] = {"PEXIP_ENGAGE_URL": "", "PEXIP_ENGAGE_AUTH_URL": ""}

    def record(self, id: str, name: tuple[str, str], email: str) -> dict[str, Any]:
        moment = "2022-08-17T19:05:21.362Z"
        absent = ("externalId", "customerNumber", "company", "notes", "phoneNumber", "deletedAt", "location")
        named = {"firstName": name[0], "lastName": name[1], "email": email, "language": "en"}
        fixed = {"existing": False, "timeZone": "Europe/Brussels", "createdAt": moment, "updatedAt": moment}
        return {"id": id, **dict.fromkeys(absent), **named, **fixed}

    def rename(self, id: str, first: str, last: str) -> None:
        self.records[id].update(firstName=first, lastName=last)

    def route(self, request: Request) -> Answer | None:
        if request.segments[:-1] != ["enterprises", "there", "customers"]:
            return self.missing()
        return super().route(request)

    def found(self, record: dict[str, Any]) -> Answer:
        return 200, {"data": record}, {}

    def missing(self) -> Answer:
        return 404, {"errors": [_error("Resource not found", "RESOURCE_NOT_FOUND", "404")]}, {}

    def unauthorized(self) -> Answer:
        return 401, {"errors": [_error("Unauthorized", "UNAUTHORIZED", "401")]}, {}


def _error(message: str, code: str, status: str) -> dict[str, str]:
    return {"message": message, "code": code, "type": "error", "statusCode": status}


class Yativo(Vendor):
    system = "yativo"
    addresses: ClassVar[dict[str, str]] = {"YATIVO_URL": "/api/v1"}

    def record(self, id: str, name: tuple[str, str], email: str) -> dict[str, Any]:
        contact = {"customer_phone": None, "customer_country": None, "customer_address": None}
        rights = {"can_create_vc": 0, "can_create_va": 0, "customer_status": "active"}
        return {"customer_id": id, "customer_name": " ".join(name), "customer_email": email, **contact, **rights}

    def rename(self, id: str, first: str, last: str) -> None:
        self.records[id].update(customer_name=f"{first} {last}")

    def route(self, request: Request) -> Answer | None:
        if request.segments[:3] != ["api", "v1", "customer"]:
            return self.missing()
        return super().route(request)

    def serve(self, request: Request) -> Answer | None:
        return self.page(request) if len(request.segments) == 3 else super().serve(request)

    def found(self, record: dict[str, Any]) -> Answer:
        return 200, envelope([record], total=1), {}

    def page(self, request: Request) -> Answer:
        """Answer with a page of the list, oldest first, as the document shows pages."""
        page, size = int(request.query.get("page", "1")), int(request.query.get("per_page", "20"))
        records = list(self.records.values())
        last = max(1, -(-len(records) // size))
        shown = records[(page - 1) * size : page * size]
        address = f"{self.url}/api/v1/customer?per_page={size}&page="
        numbers = {"total": len(records), "per_page": size, "current_page": page, "last_page": last}
        links = {
            "next_page_url": f"{address}{page + 1}" if page < last else None,
            "prev_page_url": f"{address}{page - 1}" if page > 1 else None,
        }
        return 200, envelope(shown, **numbers, **links), {}

    def missing(self) -> Answer:
        return 404, {"status": "error", "status_code": 404, "message": "Customer not found"}, {}

    def unauthorized(self) -> Answer:
        return 401, {"message": "Unauthenticated."}, {}


def envelope(data: Any, **pagination: Any) -> dict[str, Any]:
    """Return what Yativo wraps records in; `status_code` is not that of HTTP, as in the document."""
    numbers = {"total": 1, "per_page": 20, "current_page": 1, "last_page": 1}
    pages = {**numbers, "next_page_url": None, "prev_page_url": None, **pagination}
    message = "Records retrieved successfully"
    return {"status": "success", "status_code": 201, "message": message, "data": data, "pagination": pages}


class MyVirtualOffice(Vendor):
    system = "my_virtual_office"
    addresses: ClassVar[dict[str, str]] = {"MY_VIRTUAL_OFFICE_URL": ""}

    def record(self, id: str, name: tuple[str, str], email: str) -> dict[str, Any]:
        absent = ("company_name", "legal_entity", "address_data", "postal_redirect_address")
        ids = {"id": id, "seller_id": "660e8400-e29b-41d4-a716-446655440001"}
        named = {"first_name": name[0], "last_name": name[1], "email": email, "language": "en", "status": "active"}
        fixed = {"source": "api", "created_at": "2024-01-15T10:30:00.000Z", "updated_at": "2024-01-15T10:30:00.000Z"}
        return {**ids, **dict.fromkeys(absent), **named, **fixed}

    def rename(self, id: str, first: str, last: str) -> None:
        self.records[id].update(first_name=first, last_name=last)

    def route(self, request: Request) -> Answer | None:
        if request.segments[:-1] != ["api", "customers"]:
            return self.missing()
        if "x-api-key" in request.headers:
            request.headers["authorization"] = f"Bearer {request.headers['x-api-key']}"
        return super().route(request)

    def found(self, record: dict[str, Any]) -> Answer:
        return 200, record, {}

    def missing(self) -> Answer:
        return 404, {"error": "Not Found", "message": "Customer not found"}, {}

    def unauthorized(self) -> Answer:
        return 401, {"error": "Unauthorized", "message": "Invalid API key"}, {}


VENDORS: dict[str, type[Vendor]] = {one.system: one for one in (PexipEngage, Yativo, MyVirtualOffice)}
