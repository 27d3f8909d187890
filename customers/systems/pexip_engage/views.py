"""The endpoint: read, call one service, answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers import services
from customers.dialect.bodies import read_json
from customers.dialect.exceptions import NotAcceptable
from customers.dialect.ids import is_uuid
from customers.dialect.keys import bearer_credential
from customers.dialect.views import Dialect, DialectView
from customers.exceptions import CustomerNotFound
from customers.models import Customer
from customers.systems.pexip_engage import openapi, wire
from customers.systems.pexip_engage.accepting import accepts_json
from customers.systems.pexip_engage.errors import exception_handler
from customers.systems.pexip_engage.languages import wanted_languages
from customers.systems.pexip_engage.validation import checked_update


class CustomerView(DialectView):
    """`/enterprises/{enterprise}/customers/{id}`: documents "Get a customer" and "Update a customer"."""

    dialect = Dialect(bearer_credential, exception_handler)
    segments = 4

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not accepts_json(request.headers.get("Accept", "")):
            raise NotAcceptable

    @extend_schema(**openapi.GET)
    def get(self, request: Request, enterprise: str, id: str) -> Response:
        return self.shown(request, self.customer(enterprise, id))

    @extend_schema(**openapi.UPDATE)
    def patch(self, request: Request, enterprise: str, id: str) -> Response:
        members = checked_update(read_json(request._request))
        customer = self.customer(enterprise, id)
        if customer.deleted_at is not None:
            raise CustomerNotFound
        changed = services.revise_customer(
            customer, actor=self.actor, revise=lambda stored: wire.to_changes(members, stored)
        )
        return self.shown(request, changed)

    def customer(self, enterprise: str, id: str) -> Customer:
        """Return the customer, also a deleted one."""
        mine = enterprise == self.seller.slug and is_uuid(id)
        found = Customer.objects.filter(seller=self.seller, pk=id).first() if mine else None
        if found is None:
            raise CustomerNotFound
        found.seller = self.seller
        return found

    def shown(self, request: Request, customer: Customer) -> Response:
        customer.seller = self.seller
        wanted = wanted_languages(request.headers.get("Accept-Language", ""))
        return Response({"data": wire.to_response(customer, wanted)}, headers={"Vary": "Accept-Language"})
