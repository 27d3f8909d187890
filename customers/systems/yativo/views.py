"""The endpoints: read, call one service, answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db import models
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from customers import services
from customers.dialect.bodies import read_json
from customers.dialect.idempotency import Answer, answer_once
from customers.dialect.ids import is_uuid
from customers.dialect.keys import bearer_credential
from customers.dialect.rate_limit import Allowance
from customers.dialect.views import Dialect, DialectView, respond
from customers.exceptions import CustomerNotFound, Refusal
from customers.models import Customer
from customers.systems.yativo import openapi, wire
from customers.systems.yativo.errors import IdempotencyKeyMissing, exception_handler
from customers.systems.yativo.validation import ValidationFailed, checked_create, checked_page, checked_update

#: What the second sample says of one customer.
ONE_PAGE = {
    "total": 1,
    "per_page": 20,
    "current_page": 1,
    "last_page": 1,
    "next_page_url": None,
    "prev_page_url": None,
}
LONGEST_KEY = 255


def named(name: str) -> Any:
    """Give an operation its name in the description: two addresses share a view's methods."""
    return extend_schema(operation_id=f"yativo_{name}")


class View(DialectView):
    dialect = Dialect(bearer_credential, exception_handler)

    def rate_headers(self, allowance: Allowance) -> dict[str, int]:
        return {
            "X-RateLimit-Limit": allowance.limit,
            "X-RateLimit-Remaining": allowance.remaining,
            "X-RateLimit-Reset": int(time.time()) + allowance.reset,
        }

    @property
    def customers(self) -> models.QuerySet[Customer]:
        return Customer.objects.of(self.seller)

    def customer(self, id: str) -> Customer:
        found = self.customers.filter(pk=id).first() if is_uuid(id) else None
        if found is None:
            raise CustomerNotFound
        return found

    def answer_once(self, request: Request, what: list[str], work: Callable[[Any], Answer]) -> Response:
        """Do `work` on the body once for the request's Idempotency-Key; refusals are answers, too."""
        key = request.headers.get("Idempotency-Key", "").strip()
        if not 0 < len(key) <= LONGEST_KEY:
            raise IdempotencyKeyMissing
        body = read_json(request._request)

        def answer() -> Answer:
            try:
                return work(body)
            except (Refusal, ValidationFailed) as error:
                response = exception_handler(error, request._request)
                return Answer(status=response.status_code, data=response.data)

        return respond(answer_once(self.seller, key, [*what, body], answer))


@extend_schema_view(get=named("list_customers"), post=named("create_customer"))
class CustomersView(View):
    """`/api/v1/customer` and `/customer`: the list, and new customers."""

    segments = 3

    @extend_schema(**openapi.LIST)
    def get(self, request: Request) -> Response:
        page, per_page = checked_page(request._request.GET.dict())
        total = self.seller.customer_count
        last = max(1, -(-total // per_page))
        start = (page - 1) * per_page
        ordered = self.customers.order_by("created_at", "id")
        found = ordered[start : start + per_page] if page <= last else ()
        pagination = {
            "total": total,
            "per_page": per_page,
            "current_page": page,
            "last_page": last,
            "next_page_url": page_url(request, page + 1, per_page) if page < last else None,
            "prev_page_url": page_url(request, page - 1, per_page) if page > 1 else None,
        }
        return listed([wire.to_item(customer) for customer in found], pagination)

    @extend_schema(**openapi.CREATE)
    def post(self, request: Request) -> Response:
        return self.answer_once(request, ["create"], self.create)

    def create(self, body: Any) -> Answer:
        members = checked_create(body)
        changes = wire.to_changes(members)
        if members.get("customer_type") == "business":
            changes["company_name"] = members["customer_name"]
        customer = services.create_customer(Customer(seller=self.seller, **changes), actor=self.actor)
        return succeeded(customer, 201)


@extend_schema_view(get=named("get_customer"), put=named("update_customer"))
class CustomerView(View):
    """`/api/v1/customer/{id}`: document "Retrieve customer", second sample."""

    segments = 4

    @extend_schema(**openapi.GET_LISTED)
    def get(self, request: Request, id: str) -> Response:
        return listed([wire.to_item(self.customer(id))], ONE_PAGE)

    @extend_schema(**openapi.UPDATE)
    def put(self, request: Request, id: str) -> Response:
        return self.answer_once(request, ["update", id], lambda body: self.update(id, body))

    def update(self, id: str, body: Any) -> Answer:
        customer = self.customer(id)
        name = wire.to_object(customer)["customer_name"]
        members = checked_update(body, name)

        def revise(stored: Customer) -> dict[str, Any]:
            changes = wire.to_changes(members, stored)
            if members.get("customer_type") == "business" and not stored.company_name:
                changes["company_name"] = members.get("customer_name", name)
            return changes

        return succeeded(services.revise_customer(customer, actor=self.actor, revise=revise), 200)


@extend_schema_view(get=named("list_customers_short"), post=named("create_customer_short"))
class ShortCustomersView(CustomersView):
    """The same without the production base path."""

    segments = 1


@extend_schema_view(put=named("update_customer_short"))
class ShortCustomerView(CustomerView):
    """`/customer/{id}`: document "Retrieve customer", first sample."""

    segments = 2

    @extend_schema(operation_id="yativo_get_customer_short", **openapi.GET)
    def get(self, request: Request, id: str) -> Response:
        return respond(succeeded(self.customer(id), 200))


def succeeded(customer: Customer, status: int) -> Answer:
    """Return the answer of the first sample."""
    body = {"status": "success", "status_code": status, "message": "Request successful"}
    return Answer(status=status, data={**body, "data": wire.to_object(customer)})


def listed(items: list[dict[str, Any]], pagination: dict[str, Any]) -> Response:
    """Return the answer of the second sample."""
    body = {"status": "success", "status_code": 200, "message": "Records retrieved successfully"}
    return Response({**body, "data": items, "pagination": pagination})


def page_url(request: Request, page: int, per_page: int) -> str:
    query = urlencode({"per_page": per_page, "page": page})
    return f"{request._request.build_absolute_uri(request._request.path)}?{query}"
