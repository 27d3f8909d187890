"""Every refusal as {"oops": "…"}."""

from django.http import HttpRequest, HttpResponse
from rest_framework.response import Response

from customers.dialect import exceptions as dialect
from customers.dialect.failures import json_answer, status_of
from customers.exceptions import CustomerNotFound


def exception_handler(error: Exception, _request: HttpRequest) -> Response:
    match error:
        case CustomerNotFound() | dialect.RouteNotFound():
            return Response({"oops": "nobody"}, status=404)
        case dialect.KeyRefused():
            return Response({"oops": "who are you?"}, status=401)
        case _:
            return Response({"oops": "no"}, status=status_of(error))


def fallback(request: HttpRequest, status: int) -> HttpResponse:
    return json_answer(request, {"oops": "nothing here"}, status)
