"""Running the pull in processes of its own, and reading what it says."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.test import override_settings

from customers.delivery import connections
from customers.models import Customer, Seller, UpstreamLink
from tests.parts import ROOT, environment
from tests.pulling.vendors import TOKEN

_TOTALS = re.compile(
    r"(\S+) → (\S+): (\d+) created, (\d+) updated, (\d+) unchanged, (\d+) refused\.(?: Nothing was written: .+)?"
)
_REASON = re.compile(r"  (\d+) × (.+) \(([^()]*)\)")


@dataclass(frozen=True)
class Pulled:
    """What a pull said: `counts` are created, updated, unchanged, refused."""

    code: int
    stdout: str
    stderr: str

    @property
    def counts(self) -> tuple[int, int, int, int]:
        totals = [found for line in self.stdout.splitlines() if (found := _TOTALS.fullmatch(line))]
        assert len(totals) == 1, self.stdout + self.stderr
        created, updated, unchanged, refused = (int(text) for text in totals[0].groups()[2:])
        return created, updated, unchanged, refused

    @property
    def reasons(self) -> dict[str, list[str]]:
        """The reasons of refusal, and the first ids of each."""
        found = [match for line in self.stdout.splitlines() if (match := _REASON.fullmatch(line))]
        assert sum(int(match[1]) for match in found) == self.counts[3]
        return {match[2]: match[3].removesuffix(", …").split(", ") for match in found}


@dataclass
class Here:
    """The seller into whom customers are pulled, and the variables of every command."""

    seller: Seller
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def connect(self, system: str, secret: str = TOKEN, **options: str) -> None:
        connections.connect(self.seller, system, secret, options)

    def pull(self, system: str, *arguments: str, **variables: str) -> Pulled:
        """Run the command in this process, which saves the seconds that a process takes to start."""
        out, code, words = io.StringIO(), 0, ""
        with override_settings(**as_settings({**self.variables, **variables})):
            try:
                call_command(*self.command(system, *arguments)[2:], stdout=out)
            except CommandError as error:
                code, words = error.returncode, f"CommandError: {error}"
        assert TOKEN not in out.getvalue() + words
        return Pulled(code, out.getvalue(), words)

    def pull_ids(self, system: str, *ids: str, **variables: str) -> Pulled:
        return self.pull(system, *(part for id in ids for part in ("--id", id)), **variables)

    def start(self, system: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Begin a pull and return its process, in a group of its own."""
        return subprocess.Popen(
            self.command(system, *arguments),
            cwd=ROOT,
            env=environment(**{**self.variables, **variables}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def command(self, system: str, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", "pull_customers", system, "--seller", self.seller.slug, *arguments]

    def ids_file(self, ids: list[str]) -> str:
        path = self.folder / "ids.txt"
        path.write_text("".join(f"{id}\n" for id in ids), encoding="utf-8")
        return str(path)

    @property
    def rejects_file(self) -> str:
        return str(self.folder / "rejects.jsonl")

    def rejects(self) -> list[dict[str, Any]]:
        lines = Path(self.rejects_file).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def customer(self, upstream_id: str) -> Customer:
        """Return the customer who is linked with this id, as the database has it now."""
        link = UpstreamLink.objects.select_related("customer").get(seller=self.seller, upstream_id=upstream_id)
        customer: Customer = link.customer
        return customer

    def customers(self) -> list[Customer]:
        return list(Customer.objects.of(self.seller).order_by("email"))


def as_settings(variables: dict[str, str]) -> dict[str, Any]:
    """Return the settings that these variables make."""
    made: dict[str, Any] = {}
    for name, text in variables.items():
        if name in ("PULL_RETRY_DELAYS", "CREDENTIAL_KEYS"):
            made[name] = [float(part) if name == "PULL_RETRY_DELAYS" else part for part in text.split(",") if part]
        elif name.startswith("DELIVERY_"):
            made[name] = float(text)
        else:
            made[name] = int(text) if name.endswith("_RATE_LIMIT") else text
    return made


def kill(process: subprocess.Popen[str]) -> None:
    """End the process and what it started without a chance to tidy up."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def document(name: str) -> Any:
    """Return a documented answer."""
    return json.loads((Path(__file__).parent / "documents" / f"{name}.json").read_text(encoding="utf-8"))
