"""The documented samples, one by one: our answer for an equal customer equals the file.

Three values of the samples cannot be ours. The page's publisher has taken the e-mail address away;
a customer is active or inactive here, never pending; and the 201 of the first sample's body belongs
to an answer whose status is 200, which is what our body says.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from typing import Any

import pytest

from customers.models import Customer
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site, environment
from tests.systems.yativo.api import FIRST, LIST, OBJECT, SECOND, Api, document, ordered

EMAIL = "test.customer@example.com"
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"
SNIPPET = """import requests

customer_id = "5ae2f659-45d2-4256-9f82-2811726a5376" //example customer ID
url = f"{{baseUrl}}/customer/{customer_id}"
headers = {
    "Authorization": "Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"
}

response = requests.get(url, headers=headers)
print(response.text)
"""
REQUEST = """GET /api/v1/customer/fb942a7e-40ce-4a5e-90f7-089c6d53de8d HTTP/1.1
Host: smtp.yativo.com
Authorization: Bearer YOUR_SECRET_TOKEN
Accept: */*

"""


def first_sample() -> Any:
    sample = document("get_response")
    sample["status_code"] = 200
    sample["data"]["customer_email"] = EMAIL
    return sample


def second_sample(id: str) -> Any:
    sample = document("list_response")
    sample["data"][0] |= {"customer_id": id, "customer_email": EMAIL, "customer_status": "active"}
    return sample


def make_documented(id: str) -> tuple[Customer, str]:
    """Store the customer of the samples; return it with a key of its seller."""
    seller = make_seller()
    address = {
        "street": "1234 Elm Street",
        "number": "5678",
        "postal_code": "12345",
        "city": "Anytown",
        "state": "Anystate",
        "country": "USA",
    }
    names: dict[str, Any] = {
        "first_name": "Test",
        "last_name": "Customer",
        "email": EMAIL,
        "phone_number": "+19203751411",
    }
    return make_customer(seller, id=id, address_data=address, **names), make_api_key(seller)[1]


@pytest.mark.django_db
def test_get__the_first_sample() -> None:
    id = document("get_response")["data"]["customer_id"]
    _customer, key = make_documented(id)

    response = Api(key).get(f"{FIRST}/{id}")

    assert response.status_code == 200
    assert ordered(response.json()) == ordered(first_sample())


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"{SECOND}/{{id}}", SECOND, FIRST])
def test_get__the_second_sample(path: str) -> None:
    id = document("list_response")["data"][0]["customer_id"]
    _customer, key = make_documented(id)

    response = Api(key).get(path.format(id=id))

    assert response.status_code == 200
    assert ordered(response.json()) == ordered(second_sample(id))


def test_schemas__hold_for_the_samples_and_allow_nothing_more() -> None:
    OBJECT.validate(first_sample())
    LIST.validate(second_sample("fabdb7dd-aa1e-4d25-84a4-514567056173"))

    assert not OBJECT.is_valid({**first_sample(), "more": 1})
    for member in first_sample()["data"]:
        sample = first_sample()
        del sample["data"][member]
        assert not OBJECT.is_valid(sample)
        sample["data"] = {**first_sample()["data"], "more": 1}
        assert not OBJECT.is_valid(sample)


@pytest.mark.django_db
def test_get__an_unknown_customer_is_404(api: Api) -> None:
    for path in (FIRST, SECOND):
        response = api.get(f"{path}/5ae2f659-45d2-4256-9f82-2811726a5376")

        assert response.status_code == 404
        assert ordered(response.json()) == ordered(document("error_404"))


@pytest.mark.parametrize("path", ["/customer/x", "/customer", "/api/v1/customer/x", "/api/v1/customer"])
def test_get__without_a_key_is_401(db: None, path: str) -> None:
    response = Api("").get(path)

    assert response.status_code == 401
    assert response.json() == document("error_401")


@pytest.mark.parametrize("base", ["", "/api/v1"])
def test_snippet__the_documents_python_against_the_running_site(site: Site, base: str) -> None:
    id = document("get_response")["data"]["customer_id"]
    _customer, key = make_documented(id)
    filled = SNIPPET.replace("{{baseUrl}}", site.url + base).replace(TOKEN, key).replace("//example", "# example")

    done = subprocess.run(
        [sys.executable, "-c", filled], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    expected = second_sample(id) if base else first_sample()
    assert ordered(json.loads(done.stdout)) == ordered(expected)


@pytest.mark.django_db(transaction=True)
def test_request__the_documents_bytes_through_a_socket() -> None:
    id = "fb942a7e-40ce-4a5e-90f7-089c6d53de8d"
    _customer, key = make_documented(id)
    sent = REQUEST.replace("YOUR_SECRET_TOKEN", key).replace("\n", "\r\n").encode()

    # The sample is plain HTTP to a name of its own, which production would send to HTTPS.
    with (
        Site(ALLOWED_HOSTS="smtp.yativo.com,127.0.0.1", HTTPS_ONLY="false") as site,
        socket.create_connection(site.address, timeout=30) as connection,
    ):
        connection.sendall(sent)
        response = http.client.HTTPResponse(connection, method="GET")
        response.begin()
        body = json.loads(response.read())

    assert (response.status, response.reason) == (200, "OK")
    assert response.headers.get_content_type() == "application/json"
    assert ordered(body) == ordered(second_sample(id))
