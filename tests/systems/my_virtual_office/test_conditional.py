from __future__ import annotations

import pytest

from customers import services
from customers.models import Customer, Seller
from tests.factory import make_actor, make_customer
from tests.systems.my_virtual_office.api import Api, assert_refused

CHANGED = "The customer has changed since the version named in If-Match"


def test_etag__changes_with_the_customer(api: Api, seller: Seller) -> None:
    path = f"/api/customers/{make_customer(seller).id}"
    before = api.get(path)["ETag"]

    patched = api.send("PATCH", path, {"first_name": "Jane"})["ETag"]

    assert before != patched == api.get(path)["ETag"]
    assert api.send("PATCH", path, {"first_name": "Jane"})["ETag"] == patched


def test_if_none_match__is_304_for_what_the_client_has(api: Api, seller: Seller) -> None:
    path = f"/api/customers/{make_customer(seller).id}"
    tag = api.get(path)["ETag"]

    for condition in (tag, f'"x", W/{tag}', "*"):
        response = api.get(path, If_None_Match=condition)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)
    assert api.get(path, If_None_Match='"x"').status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("condition", ['"x"', "junk", 'W/"1"', '"2"'])
def test_if_match__another_version(api: Api, seller: Seller, method: str, condition: str) -> None:
    customer = make_customer(seller)
    body = {"first_name": "Jane"} if method == "PATCH" else None

    response = api.send(method, f"/api/customers/{customer.id}", body, If_Match=condition)

    assert_refused(response, 412, "Precondition Failed", CHANGED)
    assert Customer.objects.of(seller).get().version == 1


@pytest.mark.parametrize("condition", ['"1"', '"x", "1"', "*"])
def test_if_match__this_version(api: Api, seller: Seller, condition: str) -> None:
    response = api.patch(make_customer(seller).id, {"first_name": "Jane"}, If_Match=condition)

    assert response.status_code == 200


def test_if_match__changed_between_reading_and_writing(
    api: Api, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = make_customer(seller)
    update = services.update_customer

    def overtaken(stored: Customer, **options: object) -> Customer:
        update(stored, actor=make_actor(), last_name="Roe")
        return update(stored, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "update_customer", overtaken)

    response = api.patch(customer.id, {"first_name": "Jane"}, If_Match='"1"')

    assert_refused(response, 412, "Precondition Failed", CHANGED)
    assert Customer.objects.get().first_name == "John"
