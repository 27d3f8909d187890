"""Adding a system is a folder: a made-up one, put somewhere else, is served, described, connected and pulled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests

from customers.models import Customer
from tests.factory import make_api_key, make_customer, make_seller
from tests.parts import Site, free_port, manage

TINY = Path(__file__).parent / "tiny"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder outside the product, with the package of the system in it."""
    shutil.copytree(TINY, tmp_path / "systems" / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "systems"


def test_system__from_a_folder_of_its_own(folder: Path, tmp_path: Path) -> None:
    there, _here = make_seller("there"), make_seller("here")
    customer, key = make_customer(there, first_name="Ada", last_name="Lovelace"), make_api_key(there)[1]
    variables = {
        "SYSTEM_FOLDERS": str(folder),
        "CREDENTIAL_KEYS": "of the tests and of the commands",
        "DATA_DIR": str(tmp_path),
    }
    port = free_port()
    (folder / "tiny" / "address").write_text(f"http://127.0.0.1:{port}")

    with Site(port, **variables) as site:
        served = requests.get(f"{site.url}/tiny/{customer.pk}", headers={"X-Tiny": key}, timeout=10)
        refused = requests.get(f"{site.url}/tiny/{customer.pk}", timeout=10)
        unknown = requests.get(f"{site.url}/tiny/a/b", headers={"X-Tiny": key}, timeout=10)
        described = requests.get(f"{site.url}/api/schema", timeout=30).json()
        connected = manage("connect", "here", "tiny", "--set", "shelf=left", stdin=key, **variables)
        pulled = manage("pull_customers", "tiny", "--seller", "here", "--id", str(customer.pk), **variables)

    assert served.json() == {"key": str(customer.pk), "who": "Ada Lovelace", "mail": customer.email}
    assert (refused.status_code, refused.json()) == (401, {"oops": "who are you?"})
    assert (unknown.status_code, unknown.json()) == (404, {"oops": "nothing here"})
    assert "/tiny/{id}" in described["paths"]
    assert "TinyCustomer" in described["components"]["schemas"]
    assert connected.stdout == "here is connected to tiny.\n"
    assert "1 created" in pulled.stdout, pulled.stderr
    assert Customer.objects.get(seller__slug="here").last_name == "Lovelace"


def test_system__without_the_folder_is_unknown() -> None:
    make_seller("here")

    done = manage("connect", "here", "tiny", stdin="key")

    assert done.returncode == 2
    assert "tiny" in done.stderr
