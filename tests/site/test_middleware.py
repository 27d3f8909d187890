from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factory import PASSWORD, make_user

PRODUCTION = {"HTTPS_ONLY": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True}


@pytest.fixture
def production(settings: Any) -> None:
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["crm.example.com", "localhost", "127.0.0.1", "[::1]"]


def test_healthz__asks_for_nothing(client: Client) -> None:
    response = client.get("/healthz", headers={"Host": "10.0.0.7"})

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.usefixtures("production")
def test_https__everything_is_sent_there(client: Client) -> None:
    response = client.get("/admin/login/?next=/x", headers={"Host": "crm.example.com"})

    assert (response.status_code, response["Location"]) == (301, "https://crm.example.com/admin/login/?next=/x")


@pytest.mark.usefixtures("production", "db")
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "[::1]"])
def test_https__not_on_this_machine_itself(client: Client, host: str) -> None:
    response = client.get("/admin/login/", headers={"Host": host})

    assert response.status_code == 200
    assert response.cookies["csrftoken"]["secure"] == ""


@pytest.mark.usefixtures("production", "db")
def test_https__cookies_are_secure_everywhere_else() -> None:
    make_user("ada@example.com")

    response = Client().post(
        "/admin/login/",
        {"username": "ada@example.com", "password": PASSWORD},
        secure=True,
        headers={"Host": "crm.example.com"},
    )

    assert response.status_code == 302
    assert response.cookies["sessionid"]["secure"] is True
    assert response.cookies["sessionid"]["httponly"] is True


@pytest.mark.usefixtures("db")
def test_cookie__that_smuggles_a_null_is_dropped(client: Client) -> None:
    response = client.get("/admin/", headers={"Cookie": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000\\000"'})

    assert response.status_code == 302


@pytest.mark.usefixtures("db")
def test_home__leads_to_the_admin(client: Client) -> None:
    assert client.get("/")["Location"] == "/admin/"
