"""Rules of the design that no tool knows: who may write a customer, who may read the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import ROOT

WRITES = {
    *("save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("asave", "adelete", "acreate", "aupdate", "abulk_create", "abulk_update", "aget_or_create"),
}
CUSTOMERS = {"Customer", "customer", "customers", "stored"}
ALLOWED = ROOT / "customers" / "services"


def product_files() -> list[Path]:
    files = [path for folder in ("crm", "customers") for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in files if "migrations" not in path.parts]


def customer_writes(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that write through `Customer...` or a name like `customer`."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in WRITES and receiver(called) in CUSTOMERS:
            yield called.lineno


def receiver(node: ast.expr) -> str:
    """Return the name that a chain of calls and attributes begins with; "" where it begins with none."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", product_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_customers__are_written_by_services_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert ALLOWED in path.parents or list(customer_writes(tree)) == []


def test_customer_writes__are_recognised() -> None:
    written = """
Customer.objects.filter(pk=1).update(notes="")
customer.save()
Customer(seller=seller).save()
Customer.objects.of(seller).delete()
seller.save()
services.update_customer(customer)
"""

    assert list(customer_writes(ast.parse(written))) == [2, 3, 4, 5]


def test_environment__is_read_by_settings_alone() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        if "os.environ[" in (text := path.read_text(encoding="utf-8")) or 'environ.get("' in text or "getenv" in text
    }

    # The environ of a WSGI request; a credential in a variable that the caller names.
    assert readers <= {"crm/chunked.py", "customers/management/commands/connect.py"}


def test_files_and_functions__stay_small() -> None:
    for path in product_files():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 260, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 45, (path, node.name)
