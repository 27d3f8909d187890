from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers.dialect.ids import is_uuid
from customers.dialect.views import Dialect, DialectView
from customers.exceptions import CustomerNotFound
from customers.models import Customer

from .errors import exception_handler
from .wire import to_response


class CustomerView(DialectView):
    dialect = Dialect(lambda request: request.headers.get("X-Tiny", ""), exception_handler)

    @extend_schema(operation_id="tiny_get_customer", tags=["Tiny"], responses={200: dict})
    def get(self, request: Request, id: str) -> Response:
        found = Customer.objects.of(self.seller).filter(pk=id).first() if is_uuid(id) else None
        if found is None:
            raise CustomerNotFound
        return Response(to_response(found))
