from __future__ import annotations

import uuid

import pytest

from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_api_key, make_customer, make_seller
from tests.systems.my_virtual_office.api import Api, assert_bad, assert_refused

JOHN = {"first_name": "John", "last_name": "Doe", "email": "john@example.com"}


def test_create__stores_the_customer_with_its_history(api: Api, seller: Seller) -> None:
    response = api.post({**JOHN, "status": "suspended"}, X_Request_Id="req-1")

    customer = Customer.objects.get(pk=response.json()["id"])
    assert (customer.seller, customer.email, customer.status) == (seller, "john@example.com", "suspended")
    change = CustomerChange.objects.get()
    assert (change.action, change.source, change.request_id) == ("created", "api", "req-1")
    assert change.api_key is not None
    assert change.changes["status"] == [None, "suspended"]


def test_create__defaults_are_the_documented_ones(api: Api) -> None:
    body = api.post(JOHN).json()

    assert (body["language"], body["status"], body["source"]) == ("de", "active", "api")
    assert (body["company_name"], body["address_data"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first_name": None}, "body/first_name must NOT have fewer than 1 characters"),
        ({"first_name": ""}, "body/first_name must NOT have fewer than 1 characters"),
        ({"last_name": ""}, "body/last_name must NOT have fewer than 1 characters"),
        ({"first_name": {}}, "body/first_name must be string"),
        ({"first_name": ["a", "b"]}, "body/first_name must be string"),
        ({"first_name": []}, "body/first_name must be string"),
        ({"first_name": [["a"]]}, "body/first_name must be string"),
        ({"first_name": "x" * 101}, "body/first_name must NOT have more than 100 characters"),
        ({"last_name": "😀" * 101}, "body/last_name must NOT have more than 100 characters"),
        ({"company_name": "x" * 201}, "body/company_name must NOT have more than 200 characters"),
        ({"legal_entity": "x" * 101}, "body/legal_entity must NOT have more than 100 characters"),
        ({"email": 5}, 'body/email must match format "email"'),
        ({"email": "john@localhost"}, 'body/email must match format "email"'),
        ({"email": "jöhn@example.com"}, 'body/email must match format "email"'),
        ({"email": "john@example.com\n"}, 'body/email must match format "email"'),
        ({"email": "john@example.com\u212a"}, 'body/email must match format "email"'),
        ({"language": "fr"}, "body/language must be equal to one of the allowed values"),
        ({"language": None}, "body/language must be equal to one of the allowed values"),
        ({"status": None}, "body/status must be equal to one of the allowed values"),
        ({"status": "Active"}, "body/status must be equal to one of the allowed values"),
        ({"address_data": []}, "body/address_data must be object"),
        ({"address_data": [{}]}, "body/address_data must be object"),
        ({"address_data": "x"}, "body/address_data must be object"),
        ({"address_data": {"street": {}}}, "body/address_data/street must be string"),
        ({"postal_redirect_address": {"city": [1, 2]}}, "body/postal_redirect_address/city must be string"),
        ({"first_name": "a\0b"}, "body/first_name must NOT contain U+0000 or unpaired surrogates"),
        ({"address_data": {"city": "\ud800"}}, "body/address_data/city must NOT contain U+0000 or unpaired surrogates"),
    ],
)
def test_create__member_refused(api: Api, change: dict[str, object], message: str) -> None:
    response = api.post({**JOHN, **change})

    assert_bad(response, message)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "body must be object"),
        ("text", "body must be object"),
        ({}, "body must have required property 'first_name'"),
        ({"email": 1, "first_name": 1}, "body must have required property 'last_name'"),
        ({"first_name": {}, "last_name": {}}, "body must have required property 'email'"),
        ({**JOHN, "status": "x", "language": "x", "email": "x"}, 'body/email must match format "email"'),
        ({**JOHN, "status": "x", "language": "x"}, "body/language must be equal to one of the allowed values"),
    ],
)
def test_create__the_first_error_is_the_one_reported(api: Api, body: object, message: str) -> None:
    assert_bad(api.post(body), message)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (123, "123"),
        (1.0, "1"),
        (-0.0, "0"),
        (True, "true"),
        (False, "false"),
        (["x"], "x"),
        ([5], "5"),
        ("  blanks \t", "  blanks \t"),
        ("control\x01\x7f\u202e", "control\x01\x7f\u202e"),
        ("e\u0301", "e\u0301"),
        ("😀" * 100, "😀" * 100),
    ],
)
def test_create__strings_are_coerced_and_kept_as_sent(api: Api, sent: object, kept: str) -> None:
    response = api.post({**JOHN, "first_name": sent})

    assert response.status_code == 201
    assert response.json()["first_name"] == kept
    assert Customer.objects.get().first_name == kept


def test_create__null_clears_what_may_be_null(api: Api) -> None:
    cleared = {"company_name": None, "legal_entity": None, "address_data": None, "postal_redirect_address": None}

    body = api.post({**JOHN, **cleared}).json()

    assert {name: body[name] for name in cleared} == cleared


def test_create__null_in_an_address_is_an_empty_text(api: Api) -> None:
    body = api.post({**JOHN, "address_data": {"country": None, "street": 5, "planet": "Earth"}}).json()

    assert list(body["address_data"].items()) == [("street", "5"), ("country", "")]


def test_create__unknown_and_read_only_members_are_ignored(api: Api, seller: Seller) -> None:
    foreign = {"id": str(uuid.uuid4()), "seller_id": str(uuid.uuid4()), "source": "x", "version": 9, "__proto__": {}}

    body = api.post({**JOHN, **foreign, "a\0": "\ud800"}).json()

    assert body["id"] != foreign["id"]
    assert (body["seller_id"], body["source"]) == (str(seller.id), "api")


def test_create__an_email_differs_in_more_than_case(api: Api, seller: Seller) -> None:
    make_customer(seller, email="John@Example.com")

    response = api.post(JOHN)

    assert_refused(response, 409, "Conflict", "A customer with this email already exists")
    assert Customer.objects.get().email == "John@Example.com"


def test_create__long_emails_are_told_apart(api: Api) -> None:
    start = "a" * 3000
    first = api.post({**JOHN, "email": f"{start}@b.de"})
    second = api.post({**JOHN, "email": f"{start}@c.de"})
    again = api.post({**JOHN, "email": f"{start.upper()}@b.de"})

    assert (first.status_code, second.status_code, again.status_code) == (201, 201, 409)


def test_create__another_sellers_email_is_free(api: Api) -> None:
    make_customer(make_seller("other"), email=JOHN["email"])

    assert api.post(JOHN).status_code == 201


def test_create__the_plan_is_asked_before_the_email(db: None) -> None:
    seller = make_seller(customer_limit=1)
    make_customer(seller, email=JOHN["email"])

    response = Api(make_api_key(seller)[1]).post(JOHN)

    assert_refused(response, 403, "Forbidden", "Customer limit reached. Your plan allows 1 customers.")
