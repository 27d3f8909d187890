from __future__ import annotations

import pytest

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.factory import make_actor, make_customer, make_seller
from tests.systems.my_virtual_office.api import Api, assert_bad, assert_refused


def test_update__changes_what_was_sent_and_nothing_else(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, company_name="Acme", address_data={"street": "A 1", "city": "B"})

    response = api.patch(customer.id, {"first_name": "Jane", "address_data": {"city": "C"}})

    customer.refresh_from_db()
    assert response.status_code == 200
    assert (customer.first_name, customer.company_name, customer.address_data) == ("Jane", "Acme", {"city": "C"})
    change = CustomerChange.objects.first()
    assert change is not None
    assert change.changes == {
        "first_name": ["John", "Jane"],
        "address_data": [{"street": "A 1", "city": "B"}, {"city": "C"}],
    }


@pytest.mark.parametrize("body", [{"first_name": "John"}, {"unknown": 1}])
def test_update__of_nothing_new_writes_nothing(api: Api, seller: Seller, body: dict[str, object]) -> None:
    customer = make_customer(seller)

    response = api.patch(customer.id, body)

    assert response.status_code == 200
    assert Customer.objects.get().updated_at == customer.updated_at
    assert CustomerChange.objects.count() == 1


def test_update__null_clears(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, company_name="Acme", postal_redirect_address={"city": "B"})

    body = api.patch(customer.id, {"company_name": None, "postal_redirect_address": None}).json()

    assert (body["company_name"], body["postal_redirect_address"]) == (None, None)


def test_update__a_bad_body_is_refused_before_the_customer_is_looked_up(api: Api) -> None:
    assert_bad(api.patch("unknown", {"email": "x"}), 'body/email must match format "email"')


@pytest.mark.parametrize("kind", ["malformed", "unknown", "foreign", "deleted"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_customer__not_found(api: Api, seller: Seller, kind: str, method: str) -> None:
    deleted = services.delete_customer(make_customer(seller), actor=make_actor())
    foreign = make_customer(make_seller("other"))
    ids = {"malformed": "abc", "unknown": seller.id, "foreign": foreign.id, "deleted": deleted.id}

    response = api.send(method, f"/api/customers/{ids[kind]}", {"first_name": "x"} if method == "PATCH" else None)

    assert_refused(response, 404, "Not Found", "Customer not found")
    assert Customer.objects.get(pk=foreign.pk).version == 1


@pytest.mark.parametrize("id", ["", "%00", "%0A", "%FF", "%zz", "a b", "urn:uuid:1", "..", "ä" * 300])
def test_customer__any_text_may_stand_for_an_id(api: Api, id: str) -> None:
    assert_refused(api.get(f"/api/customers/{id}"), 404, "Not Found", "Customer not found")


def test_customer__percent_encoded_id(api: Api, seller: Seller) -> None:
    customer = make_customer(seller)
    encoded = "".join(f"%{ord(char):02x}" for char in str(customer.id))

    response = api.get(f"/api/customers/{encoded}")

    assert response.json()["id"] == str(customer.id)


def test_update__own_email_in_another_case(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")

    body = api.patch(customer.id, {"email": "JOHN@example.com"}).json()

    assert body["email"] == "JOHN@example.com"


def test_delete__frees_the_email(api: Api, seller: Seller) -> None:
    customer = make_customer(seller, email="john@example.com")

    response = api.delete(customer.id)

    assert (response.status_code, response.content) == (204, b"")
    assert api.post({"first_name": "J", "last_name": "D", "email": "john@example.com"}).status_code == 201
    assert CustomerChange.objects.filter(customer=customer).first().action == "deleted"  # type: ignore[union-attr]
