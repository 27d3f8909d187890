"""The endpoints: read, call one service, answer."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.http import parse_etags
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers import services
from customers.dialect.bodies import read_json
from customers.dialect.exceptions import PreconditionFailed
from customers.dialect.idempotency import Answer, answer_once
from customers.dialect.ids import is_uuid
from customers.dialect.views import Dialect, DialectView, respond
from customers.exceptions import CustomerNotFound, Refusal
from customers.models import Customer
from customers.models.email import email_key
from customers.systems.my_virtual_office import openapi, schemas, wire
from customers.systems.my_virtual_office.authentication import read_credential
from customers.systems.my_virtual_office.errors import exception_handler
from customers.systems.my_virtual_office.validation import moment, validate

IDEMPOTENCY_KEY = {"properties": {"idempotency-key": {"type": "string", "minLength": 1, "maxLength": 255}}}


class View(DialectView):
    dialect = Dialect(read_credential, exception_handler)


class CustomersView(View):
    """`/api/customers`: create one (document "Create Customer"), list them (ours)."""

    @extend_schema(**openapi.CREATE)
    def post(self, request: Request) -> Response:
        body = read_json(request._request)
        values = validate(body, schemas.CREATE)
        key = request.headers.get("Idempotency-Key", "").strip()
        if not key:
            return respond(self.create(values))
        validate({"idempotency-key": key}, IDEMPOTENCY_KEY, "headers")
        return respond(answer_once(self.seller, key, body, lambda: self.create_or_refuse(values)))

    def create(self, values: dict[str, Any]) -> Answer:
        customer = services.create_customer(Customer(seller=self.seller, **values), actor=self.actor)
        return Answer(status=201, data=wire.to_response(customer), headers={"ETag": etag(customer)})

    def create_or_refuse(self, values: dict[str, Any]) -> Answer:
        """Create; a refusal is an answer too, and is kept under the Idempotency-Key."""
        try:
            return self.create(values)
        except Refusal as refusal:
            response = exception_handler(refusal, self.request._request)
            return Answer(status=response.status_code, data=response.data)

    @extend_schema(**openapi.LIST)
    def get(self, request: Request) -> Response:
        query = validate(request._request.GET.dict(), schemas.LIST, "querystring")
        customers = self.found(query)
        if "starting_after" in query:
            customers = customers.filter(self.older_than(query["starting_after"]))
        page = list(customers.order_by("-created_at", "-id")[: query["limit"] + 1])
        has_more = len(page) > query["limit"]
        page = page[: query["limit"]]
        return Response(
            {
                "data": [wire.to_response(customer) for customer in page],
                "has_more": has_more,
                "next_cursor": str(page[-1].id) if has_more else None,
            }
        )

    def found(self, query: dict[str, Any]) -> Any:
        customers = Customer.objects.of(self.seller)
        if "status" in query:
            customers = customers.filter(status=query["status"])
        if "email" in query:
            customers = customers.filter(email_key=email_key(query["email"]))
        if "updated_since" in query:
            customers = customers.filter(updated_at__gte=moment(query["updated_since"]))
        return customers.search(query.get("search", ""))

    def older_than(self, cursor: str) -> Q:
        """Return what comes after the cursor's customer, who may have been deleted meanwhile."""
        last = Customer.objects.filter(seller=self.seller, pk=cursor).first()
        if last is None:
            raise CustomerNotFound
        return Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.id)


class CustomerView(View):
    """`/api/customers/{id}`: documents "Get Customer" and "Update Customer"; DELETE is ours."""

    segments = 3

    @extend_schema(**openapi.GET)
    def get(self, request: Request, id: str) -> Response:
        customer = self.customer(id)
        tag = etag(customer)
        if matches(request.headers.get("If-None-Match", ""), tag, weakly=True):
            return Response(status=304, headers={"ETag": tag})
        return Response(wire.to_response(customer), headers={"ETag": tag})

    @extend_schema(**openapi.UPDATE)
    def patch(self, request: Request, id: str) -> Response:
        values = validate(read_json(request._request), schemas.UPDATE)
        customer = self.customer(id)
        version = self.expected_version(request, customer)
        customer = services.update_customer(customer, actor=self.actor, expected_version=version, **values)
        return Response(wire.to_response(customer), headers={"ETag": etag(customer)})

    @extend_schema(**openapi.DELETE)
    def delete(self, request: Request, id: str) -> Response:
        customer = self.customer(id)
        version = self.expected_version(request, customer)
        services.delete_customer(customer, actor=self.actor, expected_version=version)
        return Response(status=204)

    def customer(self, id: str) -> Customer:
        found = Customer.objects.of(self.seller).filter(pk=id).first() if is_uuid(id) else None
        if found is None:
            raise CustomerNotFound
        return found

    def expected_version(self, request: Request, customer: Customer) -> int | None:
        """Return the version that If-Match asks for; None where any will do."""
        condition = request.headers.get("If-Match", "").strip()
        if not condition or condition == "*":
            return None
        if not matches(condition, etag(customer)):
            raise PreconditionFailed
        return customer.version


def etag(customer: Customer) -> str:
    return f'"{customer.version}"'


def matches(condition: str, tag: str, *, weakly: bool = False) -> bool:
    """Return whether one of the condition's entity tags is `tag` (RFC 9110, section 8.8.3.2)."""
    tags = parse_etags(condition)
    return tag in tags or "*" in tags or (weakly and f"W/{tag}" in tags)
