from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.factory import make_seller
from tests.pulling.running import Here
from tests.pulling.vendors import VENDORS, MyVirtualOffice, PexipEngage, Vendor, Yativo

V = TypeVar("V", bound=Vendor)


@pytest.fixture
def here(transactional_db: None, settings: Any, tmp_path: Path) -> Here:
    """The seller `acme`, not connected yet; nothing limits or slows the calls."""
    settings.CREDENTIAL_KEYS = ["of the tests and of the commands"]
    settings.DATA_DIR = tmp_path
    limits = {f"{system.upper()}_RATE_LIMIT": "0" for system in VENDORS}
    shared = {"CREDENTIAL_KEYS": settings.CREDENTIAL_KEYS[0], "DATA_DIR": str(tmp_path)}
    quick = {"PULL_RETRY_DELAYS": "0,0", "DELIVERY_DEADLINE": "5"}
    return Here(make_seller(), tmp_path, {**shared, **limits, **quick})


@pytest.fixture
def pexip(here: Here) -> Iterator[PexipEngage]:
    """Pexip Engage with a fixed token, connected."""
    yield from _connected(PexipEngage(), here)


@pytest.fixture
def yativo(here: Here) -> Iterator[Yativo]:
    """Yativo with a fixed token, connected."""
    yield from _connected(Yativo(), here)


@pytest.fixture
def office(here: Here) -> Iterator[MyVirtualOffice]:
    """My Virtual Office, connected."""
    yield from _connected(MyVirtualOffice(), here)


@pytest.fixture(params=VENDORS)
def vendor(request: Any, here: Here) -> Iterator[Vendor]:
    """Each of the systems in turn, connected."""
    yield from _connected(VENDORS[request.param](), here)


@pytest.fixture
def upstream(pexip: PexipEngage) -> Vendor:
    """One of the systems, where it makes no difference which."""
    return pexip


def _connected(vendor: V, here: Here) -> Iterator[V]:
    with vendor:
        here.variables |= vendor.variables
        here.connect(vendor.system, **vendor.options)
        yield vendor
        if vendor.gate is not None:
            vendor.gate.opened.set()
