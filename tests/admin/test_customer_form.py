"""The customer's page and the list, as an owner of the seller uses them."""

from __future__ import annotations

import pytest
from django.test import Client

from customers import services
from customers.models import Customer, CustomerChange, Seller
from tests.admin.pages import LIST, change_url, errors_of, form_values, page_text
from tests.factory import make_actor, make_customer

ADD = f"{LIST}add/"
JOHN = {"first_name": "John", "last_name": "Doe", "email": "john@example.com", "language": "de", "status": "active"}


def test_add__creates_through_the_services(owner: Client, seller: Seller) -> None:
    address = {"address_data__street": "Musterstr.", "address_data__number": "5", "address_data__latitude": "52.5"}
    redirect = {"postal_redirect_address__city": "München"}

    response = owner.post(ADD, {**JOHN, "seller": str(seller.pk), **address, **redirect, "company_name": ""})

    assert response.status_code == 302
    customer = Customer.objects.get()
    assert (customer.seller, customer.source, customer.company_name) == (seller, "admin", None)
    assert customer.address_data == {"street": "Musterstr.", "number": "5", "latitude": 52.5}
    assert customer.postal_redirect_address == {"city": "München"}
    change = CustomerChange.objects.get()
    assert (change.user.email, change.source) == ("owner@example.com", "admin")  # type: ignore[union-attr]
    seller.refresh_from_db()
    assert seller.customer_count == 1


def test_add__refusals_stand_beside_their_field(owner: Client, seller: Seller) -> None:
    make_customer(seller, email="john@example.com")
    values = {**JOHN, "seller": str(seller.pk)}

    taken = owner.post(ADD, {**values, "email": "JOHN@example.com"})
    invalid = owner.post(ADD, {**values, "email": "jöhn@example.com", "phone_number": "030", "time_zone": "Mars"})
    Seller.objects.update(customer_limit=1)
    full = owner.post(ADD, {**values, "email": "new@example.com"})

    assert errors_of(taken) == {"email": ["Another customer already has this e-mail address."]}
    assert set(errors_of(invalid)) == {"email", "phone_number", "time_zone"}
    assert errors_of(full) == {"__all__": ["The plan allows 1 customers, and all places are taken."]}
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"first_name": "x" * 101}, "first_name"),
        ({"first_name": ""}, "first_name"),
        ({"language": "xx"}, "language"),
        ({"status": "pending"}, "status"),
        ({"notes": "a\0"}, "notes"),
        ({"address_data__city": "a\0"}, "address_data__city"),
        ({"address_data__latitude": "91"}, "address_data__latitude"),
        ({"address_data__longitude": "nan"}, "address_data__longitude"),
        ({"seller": "junk"}, "seller"),
    ],
)
def test_add__bad_values(owner: Client, seller: Seller, values: dict[str, str], field: str) -> None:
    response = owner.post(ADD, {**JOHN, "seller": str(seller.pk), **values})

    assert list(errors_of(response)) == [field]
    assert not Customer.objects.exists()


def test_change__saves_what_was_changed_alone(owner: Client, seller: Seller) -> None:
    translations = {"city": {"en": "Munich"}, "street": {"en": "A 1"}}
    stored = {"street": "A 1", "city": "München", "translations": translations}
    customer = make_customer(seller, address_data=stored, company_name="", postal_redirect_address={})
    values = form_values(owner, customer)

    response = owner.post(change_url(customer), {**values, "last_name": "Roe", "address_data__city": "Muenchen"})

    assert response.status_code == 302
    customer.refresh_from_db()
    assert customer.last_name == "Roe"
    # A text that was changed is no longer what its translation says.
    kept = {"street": translations["street"]}
    assert customer.address_data == {"street": "A 1", "city": "Muenchen", "translations": kept}
    assert (customer.company_name, customer.postal_redirect_address) == ("", {})
    assert set(CustomerChange.objects.latest("id").changes) == {"last_name", "address_data"}


def test_change__of_nothing_writes_nothing(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller, address_data={"street": "A 1", "latitude": 52.5}, notes="n", existing=True)
    values = form_values(owner, customer)

    response = owner.post(change_url(customer), values)

    assert response.status_code == 302
    assert Customer.objects.get().version == 1
    assert CustomerChange.objects.count() == 1


def test_change__what_the_api_took_stays_editable(owner: Client, seller: Seller) -> None:
    street, name = "x" * 5000, " blanks "
    customer = make_customer(seller, first_name=name, address_data={"street": street}, language="ja", notes="a\nb ")
    values = {**form_values(owner, customer), "notes": "a\r\nb "}

    response = owner.post(change_url(customer), {**values, "last_name": " Roe "})

    assert response.status_code == 302
    customer.refresh_from_db()
    assert set(CustomerChange.objects.latest("id").changes) == {"last_name"}
    assert (customer.first_name, customer.last_name, customer.address_data) == (name, "Roe", {"street": street})


def test_change__emptied_address_is_none(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller, address_data={"street": "A 1"})

    owner.post(change_url(customer), {**form_values(owner, customer), "address_data__street": ""})

    assert Customer.objects.get().address_data is None


def test_change__somebody_else_was_faster(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    values = form_values(owner, customer)
    services.update_customer(customer, actor=make_actor(), first_name="Jane")

    response = owner.post(change_url(customer), {**values, "last_name": "Roe"})

    assert "changed this customer in the meantime" in errors_of(response)["__all__"][0]
    assert (Customer.objects.get().first_name, Customer.objects.get().last_name) == ("Jane", "Doe")


@pytest.mark.parametrize("adding", [True, False])
def test_save__a_refusal_that_comes_late_is_shown_too(
    owner: Client, seller: Seller, monkeypatch: pytest.MonkeyPatch, adding: bool
) -> None:
    """The address is taken between the form's look and the services' writing."""
    make_customer(seller, email="john@example.com")
    customer = make_customer(seller)
    monkeypatch.setattr(services, "check_customer", lambda _customer: None)
    values = {**JOHN, "seller": str(seller.pk)} if adding else {**form_values(owner, customer), "email": JOHN["email"]}

    response = owner.post(ADD if adding else change_url(customer), values)

    assert errors_of(response) == {"email": ["Another customer already has this e-mail address."]}
    assert Customer.objects.count() == 2


def test_delete__asks_first_and_keeps_the_customer_aside(owner: Client, seller: Seller) -> None:
    customer = make_customer(seller)
    url = f"{LIST}{customer.pk}/delete/"

    asked = page_text(owner.get(url))
    response = owner.post(url, {"post": "yes"})

    assert "Delete this customer?" in asked
    assert "You can restore them." in asked
    assert response.status_code == 302
    customer.refresh_from_db()
    assert customer.deleted_at is not None
    assert CustomerChange.objects.latest("id").action == "deleted"
    assert str(customer.pk) not in page_text(owner.get(LIST))
    assert str(customer.pk) in page_text(owner.get(f"{LIST}?deleted=yes"))
    assert owner.post(url, {"post": "yes"}).status_code == 403
