from __future__ import annotations

from typing import Any

import pytest

from customers import services
from customers.exceptions import (
    CustomerChanged,
    CustomerLimitReached,
    CustomerNotFound,
    EmailTaken,
    InvalidCustomer,
)
from customers.models import Customer, CustomerChange, Seller, Source
from tests.factory import make_actor, make_customer, make_seller, make_user, unsaved_customer

pytestmark = pytest.mark.django_db


def count(seller: Seller) -> int:
    seller.refresh_from_db()
    return seller.customer_count


def test_create__writes_customer_counter_and_history() -> None:
    seller = make_seller()
    user = make_user("staff@example.com")
    actor = make_actor(source=Source.ADMIN, user=user, request_id="r", reason="phone call")

    customer = services.create_customer(unsaved_customer(seller, last_name="Größle", notes="n"), actor=actor)

    stored = Customer.objects.get()
    assert (stored.source, stored.version, count(seller)) == ("admin", 1, 1)
    assert stored.created_at == stored.updated_at
    assert stored.search_text == f"john grossle {customer.email}"
    change = CustomerChange.objects.get()
    assert (change.user, change.source, change.request_id, change.reason) == (user, "admin", "r", "phone call")
    assert change.changes == {
        "first_name": [None, "John"],
        "last_name": [None, "Größle"],
        "email": [None, customer.email],
        "language": [None, "de"],
        "status": [None, "active"],
        "notes": [None, "n"],
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "x" * 101),
        ("first_name", "a\0"),
        ("email", "john@localhost"),
        ("email", "jöhn@example.com"),
        ("language", "xx"),
        ("status", "pending"),
        ("phone_number", "030 123"),
        ("time_zone", "Mars/Olympus"),
        ("address_data", "Berlin"),
        ("address_data", {"planet": "Mars"}),
        ("address_data", {"street": 5}),
        ("address_data", {"city": "\0"}),
        ("address_data", {"latitude": 91}),
        ("address_data", {"longitude": float("nan")}),
        ("address_data", {"latitude": True}),
        ("address_data", {"translations": {"city": {"en": 5}}}),
        ("address_data", {"translations": []}),
    ],
)
def test_create__invalid_value(field: str, value: object) -> None:
    seller = make_seller()

    with pytest.raises(InvalidCustomer) as refused:
        services.create_customer(unsaved_customer(seller, **{field: value}), actor=make_actor())

    assert list(refused.value.errors) == [field]
    assert count(seller) == Customer.objects.count() == 0


def test_create__refused_writes_nothing() -> None:
    seller = make_seller(customer_limit=2)
    make_customer(seller, email="a@example.com")

    with pytest.raises(EmailTaken):
        make_customer(seller, email="A@example.com")
    make_customer(seller)
    with pytest.raises(CustomerLimitReached) as refused:
        make_customer(seller)

    assert refused.value.limit == 2
    assert count(seller) == Customer.objects.count() == CustomerChange.objects.count() == 2


def test_update__drops_equal_values_and_saves_the_rest() -> None:
    customer = make_customer(make_seller(), company_name="Acme")
    Customer.objects.update(notes="written behind our back")

    updated = services.update_customer(customer, actor=make_actor(), company_name="Acme", last_name="Roe")

    assert (updated.last_name, updated.notes, updated.version) == ("Roe", "written behind our back", 2)
    assert CustomerChange.objects.latest("id").changes == {"last_name": ["Doe", "Roe"]}


def test_update__refuses_fields_that_no_door_may_set() -> None:
    customer = make_customer(make_seller())

    for field in ("id", "seller", "seller_id", "source", "version", "created_at", "deleted_at", "email_key"):
        with pytest.raises(TypeError, match=field):
            services.update_customer(customer, actor=make_actor(), expected_version=None, **{field: "x"})


def test_update__of_another_version() -> None:
    customer = make_customer(make_seller())

    with pytest.raises(CustomerChanged):
        services.update_customer(customer, actor=make_actor(), expected_version=2, notes="x")

    assert Customer.objects.get().notes == ""


def test_update__refused_writes_nothing() -> None:
    seller = make_seller()
    make_customer(seller, email="a@example.com")
    customer = make_customer(seller)

    with pytest.raises(EmailTaken):
        services.update_customer(customer, actor=make_actor(), email="A@EXAMPLE.com", notes="x")
    with pytest.raises(InvalidCustomer):
        services.update_customer(customer, actor=make_actor(), status="x")

    customer.refresh_from_db()
    assert (customer.notes, customer.version) == ("", 1)


def test_update__time_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer(make_seller())
    earlier = customer.updated_at.replace(year=2020)
    monkeypatch.setattr("django.utils.timezone.now", lambda: earlier)

    updated = services.update_customer(customer, actor=make_actor(), notes="x")

    assert updated.updated_at == customer.updated_at


def test_delete_and_restore__move_place_and_email() -> None:
    seller = make_seller(customer_limit=1)
    customer = make_customer(seller, email="a@example.com")

    deleted = services.delete_customer(customer, actor=make_actor())
    with pytest.raises(CustomerNotFound):
        services.update_customer(customer, actor=make_actor(), notes="x")
    with pytest.raises(CustomerNotFound):
        services.delete_customer(customer, actor=make_actor())
    assert (deleted.email_key, count(seller)) == (None, 0)

    other = make_customer(seller, email="A@example.com")
    with pytest.raises(CustomerLimitReached):
        services.restore_customer(customer, actor=make_actor())
    Seller.objects.update(customer_limit=2)
    with pytest.raises(EmailTaken):
        services.restore_customer(customer, actor=make_actor())
    services.delete_customer(other, actor=make_actor())
    services.restore_customer(customer, actor=make_actor())
    with pytest.raises(CustomerNotFound):
        services.restore_customer(customer, actor=make_actor())

    assert count(seller) == Customer.objects.of(seller).count() == 1
    actions = CustomerChange.objects.filter(customer=customer).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["created", "deleted", "restored"]


def test_services__ask_for_the_customers_own_seller() -> None:
    customer = make_customer(make_seller())
    customer.seller = make_seller("other")

    with pytest.raises(CustomerNotFound):
        services.update_customer(customer, actor=make_actor(), notes="x")


def test_check__says_what_saving_would_say_and_writes_nothing() -> None:
    seller = make_seller(customer_limit=2)
    taken = make_customer(seller, email="a@example.com")
    services.check_customer(unsaved_customer(seller))
    services.check_customer(taken)

    with pytest.raises(InvalidCustomer):
        services.check_customer(unsaved_customer(seller, email="x"))
    with pytest.raises(EmailTaken):
        services.check_customer(unsaved_customer(seller, email="A@example.com"))
    make_customer(seller)
    with pytest.raises(CustomerLimitReached):
        services.check_customer(unsaved_customer(seller))

    assert Customer.objects.count() == 2


def test_revise__follows_from_what_is_stored_by_now() -> None:
    customer = make_customer(make_seller(), address_data={"city": "Old"})
    services.update_customer(customer, actor=make_actor(), address_data={"city": "New"})

    def revise(stored: Customer) -> dict[str, Any]:
        return {"address_data": {**(stored.address_data or {}), "street": "Ring 5"}}

    revised = services.revise_customer(customer, actor=make_actor(), revise=revise)
    again = services.revise_customer(customer, actor=make_actor(), revise=revise)

    assert revised.address_data == {"city": "New", "street": "Ring 5"}
    assert (revised.version, again.version) == (3, 3)


def test_revise__of_a_deleted_customer_is_refused() -> None:
    customer = make_customer(make_seller())
    services.delete_customer(customer, actor=make_actor())

    with pytest.raises(CustomerNotFound):
        services.revise_customer(customer, actor=make_actor(), revise=lambda _stored: {"notes": "x"})
