"""Nobody sees or touches another seller's things, by whatever way; nobody does more than their role allows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from customers.delivery.connections import connect
from customers.models import ApiKey, Connection, Customer, CustomerChange, Membership, OutboxEntry, Seller, User
from tests.admin.pages import page_text, signed_in
from tests.factory import PASSWORD, make_api_key, make_customer, make_user

MODELS = ("customer", "customerchange", "outboxentry", "connection", "apikey", "seller", "membership", "user")
MAY: dict[str, dict[str, set[str]]] = {
    "owner": {
        "customer": {"list", "add", "change", "delete"},
        "customerchange": {"list"},
        "outboxentry": {"list"},
        "connection": {"list", "add", "change"},
        "apikey": {"list", "add", "change"},
        "seller": {"list", "change"},
        "membership": {"list", "change", "delete"},
        "user": set(),
    },
    "manager": {
        "customer": {"list", "add", "change", "delete"},
        "customerchange": {"list"},
        "outboxentry": {"list"},
        "connection": {"list"},
        "apikey": set(),
        "seller": {"list"},
        "membership": set(),
        "user": set(),
    },
    "viewer": {
        "customer": {"list"},
        "customerchange": {"list"},
        "outboxentry": {"list"},
        "connection": {"list"},
        "apikey": set(),
        "seller": {"list"},
        "membership": set(),
        "user": set(),
    },
}


def fill(seller: Seller) -> dict[str, Any]:
    """Make one object of each kind for a seller; return them by model name."""
    user = make_user(f"somebody@{seller.slug}.example", seller)
    connection, _is_new = connect(seller, "my_virtual_office", f"Key-of-{seller.slug}")
    customer = make_customer(seller, last_name=f"Secret{seller.slug}")
    return {
        "customer": customer,
        "customerchange": CustomerChange.objects.get(customer=customer),
        "outboxentry": OutboxEntry.objects.get(customer=customer),
        "connection": connection,
        "apikey": make_api_key(seller, name=f"Key of {seller.slug}")[0],
        "seller": seller,
        "membership": Membership.objects.get(user=user),
        "user": user,
    }


def state() -> list[Any]:
    models = (Customer, ApiKey, Membership, Seller, Connection, OutboxEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("model", MODELS)
def test_list__holds_ones_own_alone(owner: Client, seller: Seller, other: Seller, model: str) -> None:
    mine, foreign = fill(seller), fill(other)

    response = owner.get(f"/admin/customers/{model}/")

    if model == "user":
        assert response.status_code == 403
        return
    found = {str(obj.pk) for obj in response.context["cl"].queryset}
    assert str(mine[model].pk) in found
    assert str(foreign[model].pk) not in found
    text = page_text(response)
    assert other.name not in text.replace("data-other", "")
    assert "Secretother" not in text


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_foreign_object__is_like_one_that_never_was(
    owner: Client, seller: Seller, other: Seller, model: str, page: str
) -> None:
    foreign = fill(other)[model]
    before = state()
    missing = (
        "0"
        if model in ("membership", "customerchange", "outboxentry", "user")
        else "550e8400-e29b-41d4-a716-446655440000"
    )

    answers = []
    for id in (foreign.pk, missing):
        for send in (owner.get, owner.post):
            response = send(f"/admin/customers/{model}/{id}/{page}/")
            answers.append((response.status_code, response.headers.get("Location")))

    assert answers[:2] == answers[2:]
    assert {status for status, _location in answers} <= {302, 403, 404}
    assert state() == before


def test_filters_and_search__find_nothing_foreign(owner: Client, seller: Seller, other: Seller) -> None:
    foreign = fill(other)
    for path in (
        f"customer/?seller__id__exact={other.pk}",
        f"customer/?id__exact={foreign['customer'].pk}",
        f"customer/?id__in={foreign['customer'].pk}",
        "customer/?q=secretother",
        "customer/?deleted=yes",
        f"customerchange/?customer__id__exact={foreign['customer'].pk}",
        "customerchange/?q=secretother",
        f"apikey/?q={foreign['apikey'].prefix}",
        f"outboxentry/?customer__id__exact={foreign['customer'].pk}",
        "outboxentry/?q=secretother&state=all",
        f"connection/?seller__id__exact={other.pk}",
    ):
        response = owner.get(f"/admin/customers/{path}", follow=True)
        assert "Secretother" not in page_text(response).replace("secretother", "")
        assert str(foreign["customer"].pk) not in [
            str(obj.pk) for obj in getattr(response.context.get("cl"), "queryset", [])
        ]


@pytest.mark.parametrize("action", ["activate", "deactivate", "suspend", "restore", "delete_selected"])
def test_actions__leave_foreign_customers_alone(owner: Client, seller: Seller, other: Seller, action: str) -> None:
    foreign = fill(other)["customer"]
    before = state()

    for query in ("", "?deleted=yes"):
        values = {"action": action, "_selected_action": [str(foreign.pk)], "post": "yes", "select_across": "0"}
        owner.post(f"/admin/customers/customer/{query}", values)
        owner.post(f"/admin/customers/customer/{query}", {**values, "select_across": "1"})

    assert state() == before


def test_choices__offer_ones_own_sellers_alone(owner: Client, seller: Seller, other: Seller) -> None:
    values = {"first_name": "J", "last_name": "D", "email": "j@d.de", "language": "de", "status": "active"}

    form = owner.get("/admin/customers/customer/add/").context["adminform"].form
    response = owner.post("/admin/customers/customer/add/", {**values, "seller": str(other.pk)})

    assert list(form.fields["seller"].queryset) == [seller]
    assert form.get_initial_for_field(form.fields["seller"], "seller") == seller
    assert "seller" in response.context["adminform"].form.errors
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "field", ["customer&field_name=seller", "membership&field_name=user", "membership&field_name=seller"]
)
def test_autocomplete__tells_nothing_foreign(owner: Client, other: Seller, field: str) -> None:
    fill(other)

    response = owner.get(f"/admin/autocomplete/?app_label=customers&model_name={field}&term=o")

    assert response.status_code == 403 or "other" not in response.content.decode()


def test_index__counts_ones_own_alone(owner: Client, seller: Seller, other: Seller) -> None:
    fill(other)
    make_customer(seller, status="suspended")

    response = owner.get("/admin/")

    assert [card["value"] for card in response.context["cards"]] == [1, 0, 0, 1]
    assert "Secretother" not in page_text(response)


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("model", MODELS)
def test_role__may_do_this_and_no_more(seller: Seller, role: str, model: str) -> None:
    obj = fill(seller)[model]
    client = signed_in(make_user("me@example.com", seller, role))
    path = f"/admin/customers/{model}/"

    listed = client.get(path).status_code == 200
    added = client.get(f"{path}add/").status_code == 200
    page = client.get(f"{path}{obj.pk}/change/")
    changed = page.status_code == 200 and bool(page.context["has_change_permission"])
    deleted = client.get(f"{path}{obj.pk}/delete/").status_code == 200

    done = {"list": listed, "add": added, "change": changed, "delete": deleted}
    assert {name for name, allowed in done.items() if allowed} == MAY[role][model]


def test_viewer__changes_nothing_by_post(seller: Seller) -> None:
    customer = fill(seller)["customer"]
    client = signed_in(make_user("me@example.com", seller, "viewer"))
    before = state()

    client.post(f"/admin/customers/customer/{customer.pk}/change/", {"first_name": "X"})
    client.post(f"/admin/customers/customer/{customer.pk}/delete/", {"post": "yes"})
    for action in ("suspend", "restore", "delete_selected"):
        client.post("/admin/customers/customer/", {"action": action, "_selected_action": [customer.pk], "post": "yes"})

    assert state() == before


def test_manager_here_and_viewer_there__acts_here_alone(seller: Seller, other: Seller) -> None:
    user = make_user("me@example.com", seller, "manager")
    Membership.objects.create(user=user, seller=other, role="viewer")
    here, there = make_customer(seller), make_customer(other)
    values = {"action": "suspend", "_selected_action": [str(here.pk), str(there.pk)]}

    text = page_text(signed_in(user).post("/admin/customers/customer/", values, follow=True))

    assert "You may only look at this seller&#x27;s customers." in text
    assert [Customer.objects.get(pk=one.pk).status for one in (here, there)] == ["suspended", "active"]


def test_owner__does_not_change_the_plan(owner: Client, seller: Seller) -> None:
    values = {"name": "New", "default_language": "en", "time_zone": "Europe/Vienna", "customer_limit": "9", "slug": "x"}

    response = owner.post(f"/admin/customers/seller/{seller.pk}/change/", values)

    seller.refresh_from_db()
    assert response.status_code == 302
    assert (seller.name, seller.customer_limit, seller.slug) == ("New", None, "acme")


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_staff": False}])
def test_sign_in__is_for_active_staff(seller: Seller, fields: dict[str, bool]) -> None:
    make_user("me@example.com", seller, "owner", **fields)
    client = Client()

    client.post("/admin/login/", {"username": "me@example.com", "password": PASSWORD})

    assert client.get("/admin/").status_code == 302


def test_sidebar__shows_what_one_may_open(owner: Client, operator: Client, seller: Seller) -> None:
    assert 'href="/admin/customers/user/"' not in page_text(owner.get("/admin/"))
    assert 'href="/admin/customers/user/"' in page_text(operator.get("/admin/"))
    assert 'href="/api/docs"' in page_text(owner.get("/admin/"))
    assert User.objects.count() == 2
