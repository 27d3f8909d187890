"""What the tests of the admin share: addresses, forms and what stands on a page."""

from __future__ import annotations

from typing import Any

from django.test import Client

from customers.models import Customer, User

LIST = "/admin/customers/customer/"


def change_url(customer: Customer) -> str:
    return f"{LIST}{customer.pk}/change/"


def form_values(client: Client, customer: Customer) -> dict[str, Any]:
    """Return what the page of the customer would send if nothing were changed."""
    form = client.get(change_url(customer)).context["adminform"].form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value not in (None, False)}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return what the form says beside its fields; "__all__" is above the form."""
    assert response.status_code == 200
    errors: dict[str, list[str]] = response.context["adminform"].form.errors
    return errors


def page_text(response: Any) -> str:
    assert response.status_code == 200
    text: str = response.content.decode()
    return text
