"""The first end of the main job, in a real browser against the production server."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from customers.models import Customer
from tests.factory import PASSWORD, make_api_key, make_customer, make_seller, make_user
from tests.parts import Site


@pytest.fixture
def watched(page: Any, settings: Any) -> Any:
    """A page that fails the test on a script error or a request to anybody else."""
    # The server checks passwords as in production.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if "//127.0.0.1" not in request.url[:20] else None)
    yield page
    assert wrong == []


def sign_in(page: Any, site: Site, email: str) -> None:
    page.goto(f"{site.url}/admin/")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="API documentation").wait_for()


def test_staff__create_correct_and_suspend_a_customer(site: Site, watched: Any) -> None:
    seller = make_seller(customer_limit=10)
    make_customer(seller, email="taken@example.com")
    make_user("ada@example.com", seller, "manager")
    key = make_api_key(seller)[1]
    page = watched
    sign_in(page, site, "ada@example.com")

    page.goto(f"{site.url}/admin/customers/customer/add/")
    page.fill("[name=first_name]", "Grete")
    page.fill("[name=last_name]", "Größle")
    page.fill("[name=email]", "TAKEN@example.com")
    page.fill("[name=address_data__street]", "Musterstraße 123")
    page.click("[name=_save]")
    page.get_by_text("Another customer already has this e-mail address.").wait_for()
    page.fill("[name=email]", "grete@example.com")
    page.click("[name=_save]")
    page.get_by_text("was added successfully").wait_for()

    found = requests.get(f"{site.url}/api/customers?search=groessle", headers={"X-API-Key": key}, timeout=10).json()
    assert found["data"] == []
    found = requests.get(f"{site.url}/api/customers?search=grossle", headers={"X-API-Key": key}, timeout=10).json()
    assert found["data"][0]["address_data"] == {"street": "Musterstraße 123"}
    assert found["data"][0]["source"] == "admin"

    page.goto(f"{site.url}/admin/customers/customer/?q=grossle")
    page.locator(".action-select").first.check()
    page.select_option("[name=action]", "suspend")
    page.get_by_role("button", name="Run").click()
    page.get_by_text("1 customer was changed.").wait_for()
    assert Customer.objects.get(first_name="Grete").status == "suspended"

    page.get_by_role("link", name="Grete Größle").click()
    page.get_by_text("status: Active → Suspended").wait_for()


def test_owner__issues_a_key_that_works(site: Site, watched: Any) -> None:
    seller = make_seller()
    make_user("ada@example.com", seller, "owner")
    page = watched
    sign_in(page, site, "ada@example.com")

    page.goto(f"{site.url}/admin/customers/apikey/add/")
    page.fill("[name=name]", "Shop")
    page.click("[name=_save]")
    key = page.locator("#plain-key").inner_text()

    answer = requests.get(f"{site.url}/api/customers", headers={"X-API-Key": key}, timeout=10)
    assert answer.status_code == 200
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("link", name="To the list of API keys").click()
    page.get_by_text(key[:16]).wait_for()
    assert key not in page.content()


def test_owner__sees_the_whole_key_on_a_narrow_screen(site: Site, watched: Any) -> None:
    seller = make_seller()
    make_user("ada@example.com", seller, "owner")
    page = watched
    sign_in(page, site, "ada@example.com")
    page.set_viewport_size({"width": 400, "height": 900})

    page.goto(f"{site.url}/admin/customers/apikey/add/")
    page.fill("[name=name]", "Shop")
    page.click("[name=_save]")
    boxes = [page.locator("#plain-key").bounding_box(), *map(_box, page.locator("[data-copy]").all())]

    assert len(boxes) == 3
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 400 for box in boxes)


def _box(element: Any) -> Any:
    return element.bounding_box()
