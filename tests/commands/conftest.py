from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from customers.models import Seller
from tests.commands.running import KEY, Command
from tests.delivery.upstream import ScriptedUpstream
from tests.factory import make_seller
from tests.parts import manage


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    with ScriptedUpstream() as running:
        yield running


@pytest.fixture
def variables(upstream: ScriptedUpstream, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.CREDENTIAL_KEYS = ["of the tests and of the commands"]
    return {
        "CREDENTIAL_KEYS": settings.CREDENTIAL_KEYS[0],
        "DATA_DIR": str(tmp_path),
        "MY_VIRTUAL_OFFICE_URL": upstream.url,
    }


@pytest.fixture
def command(variables: dict[str, str]) -> Command:
    return lambda *arguments, **more: manage(*arguments, **{**variables, **more})


@pytest.fixture
def seller(command: Command) -> Seller:
    seller = make_seller()
    done = command("connect", "acme", "my_virtual_office", stdin=f"{KEY}\n")
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("acme is connected to my_virtual_office.\n", "")
    return seller
