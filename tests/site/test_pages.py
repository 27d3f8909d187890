"""The pages that nobody wants to see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factory import make_seller, make_user


@pytest.mark.parametrize(("language", "text"), [("en", "Page not found"), ("de", "Seite nicht gefunden")])
def test_page__not_found(client: Client, language: str, text: str) -> None:
    response = client.get("/nowhere", headers={"Accept-Language": language})

    assert response.status_code == 404
    assert text in response.content.decode()


def test_page__crash(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    def crash(_request: Any, _context: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("customers.admin.dashboard.dashboard", crash)
    client = Client(raise_request_exception=False)
    client.force_login(make_user("ada@example.com", make_seller()))

    response = client.get("/admin/", headers={"Accept-Language": "de"})

    assert response.status_code == 500
    assert "Nothing was saved." in response.content.decode() or "Nichts wurde gespeichert." in response.content.decode()
    assert "ZeroDivisionError" not in response.content.decode()


def test_page__not_allowed(db: None) -> None:
    client = Client()
    client.force_login(make_user("ada@example.com", make_seller(), "viewer"))

    response = client.get("/admin/customers/apikey/")

    assert response.status_code == 403
    assert "Your account may not open this page." in response.content.decode()


def test_page__foreign_host(client: Client) -> None:
    response = client.get("/admin/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()
