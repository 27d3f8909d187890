from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from customers.delivery.connections import connect
from customers.delivery.draining import Drained, Worker
from customers.models import Connection, Seller
from tests.delivery.upstream import ScriptedUpstream
from tests.factory import make_seller


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    # What this machine saw of other databases is not of interest here.
    settings.DATA_DIR = tmp_path


@pytest.fixture
def upstream(settings: Any) -> Iterator[ScriptedUpstream]:
    with ScriptedUpstream() as running:
        settings.MY_VIRTUAL_OFFICE_URL = running.url
        yield running


@pytest.fixture
def seller(db: None) -> Seller:
    return make_seller()


@pytest.fixture
def connection(seller: Seller) -> Connection:
    return connect(seller, "my_virtual_office", "sk_live_upstream")[0]


@pytest.fixture
def worker() -> Iterator[Worker]:
    running = Worker(4)
    yield running
    running.stop()
    running.close()


@pytest.fixture
def drain(worker: Worker) -> Callable[[], Drained]:
    """Deliver what is due now."""
    return lambda: worker.drain(seconds=30)
