"""The description is true: schemathesis finds nothing, and the page needs nobody else's server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from customers.models.email import is_email
from customers.systems.my_virtual_office.openapi import EMAIL_PATTERN
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site

EXAMPLES = "40"
# Unknown methods are 404 in the documents of My Virtual Office, where schemathesis would have 405. 422
# is for rules that no schema tells, such as an address that somebody has.
CONFIG = """
[phases.coverage]
unexpected-methods = []

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "422", "429", "5xx"]

[[operations]]
include-path = "/enterprises/{{enterprise}}/customers/{{id}}"
parameters = {{ enterprise = "acme", id = "{id}" }}
"""


def test_schema__is_openapi_3_1_with_the_documented_examples(db: None) -> None:
    schema = Client().get("/api/schema").json()

    assert schema["openapi"].startswith("3.1.")
    create = schema["paths"]["/api/customers"]["post"]
    request = create["requestBody"]["content"]["application/json"]
    assert next(iter(request["examples"].values()))["value"]["email"] == "john.doe@example.com"
    assert set(create["responses"]) == {"201", "400", "401", "403", "409", "413", "415", "429", "500", "503"}
    assert set(schema["paths"]["/api/customers/{id}"]) == {"get", "patch", "delete"}
    assert create["security"] == [{"apiKey": []}, {"bearer": []}]


def test_schema__email_pattern_is_the_rule_itself() -> None:
    for email in ("john+tag@example.com", "a*b'c/d=e@b-c.de", "a@b.c.d"):
        assert is_email(email)
        assert re.search(EMAIL_PATTERN, email)
    for email in ("a@b", "a..b@c.de", "a@-b.de", "ä@b.de", "a b@c.de"):
        assert not is_email(email)
        assert not re.search(EMAIL_PATTERN, email)


@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/yaml", "junk"])
def test_description__comes_whatever_is_accepted(accept: str, db: None) -> None:
    schema = Client().get("/api/schema", headers={"Accept": accept})
    docs = Client().get("/api/docs", headers={"Accept": accept})

    assert (schema.status_code, docs.status_code) == (200, 200)
    assert "json" in schema["Content-Type"]
    assert docs["Content-Type"].startswith("text/html")


def test_docs__come_from_the_site_itself(site: Site, page: Any) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    page.goto(f"{site.url}/api/docs")
    page.get_by_text("Create Customer", exact=True).wait_for()

    assert errors == []
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []


def test_schemathesis__finds_nothing(site: Site, tmp_path: Path) -> None:
    seller = make_seller()
    key, customer = make_api_key(seller)[1], make_customer(seller)
    (tmp_path / "schemathesis.toml").write_text(CONFIG.format(id=customer.pk))

    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml")),
            *("run", f"{site.url}/api/schema", "-H", f"X-API-Key: {key}", "-H", f"Authorization: Bearer {key}"),
            *("--max-examples", EXAMPLES, "--seed", "1", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
