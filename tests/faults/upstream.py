"""An upstream that misbehaves: My Virtual Office as documented, and what networks and servers do to it.

Run as a module it prints its port and serves until it is ended. Which call fails how is drawn from
a seed. It honours nothing that is not documented, so no idempotency key. `/_seen` tells what it
has, in which order it was changed, and which faults it made.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from tests.faults.answering import TROUBLE, answer, close_hard, read_request

#: How many of a hundred calls fail, by kind: about a third in all.
EVERYTHING: Final = {
    "error_unapplied": 6.0,
    "error_applied": 6.0,
    "reset_unapplied": 4.0,
    "reset_applied": 4.0,
    "late": 5.0,
    "unavailable": 3.0,
    "throttled": 0.4,
    "drip": 1.5,
    "garbage": 2.0,
    "cut_off": 2.0,
}
#: Many calls that are applied after the caller has given up.
LATE: Final = {"late": 25.0}
PROFILES: Final = {"everything": EVERYTHING, "late": LATE, "none": dict[str, float]()}
#: How late is late, in seconds.
LATEST: Final = 0.5


@dataclass
class Upstream:
    """What the upstream has: `records` by id; `applied`: [id, marker, whether it was there already]."""

    faults: dict[str, float]
    dice: random.Random
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_email: dict[str, str] = field(default_factory=dict)
    applied: list[tuple[str, str, bool]] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def apply(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        if method == "POST":
            return self.create(body)
        record = self.records.get(path.rpartition("/")[2])
        if record is None:
            return 404, {"error": "Not Found", "message": "Customer not found"}
        if method == "PATCH":
            return self.update(record, body)
        return 200, record

    def create(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = body["email"].lower()
        if key in self.by_email:
            return 409, {"error": "Conflict", "message": "A customer with this email already exists"}
        record = {"id": f"c-{next(self.ids)}", "status": "active", "language": "de", **body}
        self.records[record["id"]] = record
        self.by_email[key] = record["id"]
        self.note(record, body, is_repeat=False)
        return 201, record

    def update(self, record: dict[str, Any], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = body.get("email", record["email"]).lower()
        if self.by_email.get(key, record["id"]) != record["id"]:
            return 409, {"error": "Conflict", "message": "A customer with this email already exists"}
        del self.by_email[record["email"].lower()]
        self.by_email[key] = record["id"]
        self.note(record, body, is_repeat=all(record.get(name) == value for name, value in body.items()))
        record.update(body)
        return 200, record

    def note(self, record: dict[str, Any], body: dict[str, Any], *, is_repeat: bool) -> None:
        self.applied.append((record["id"], body.get("company_name") or "", is_repeat))

    def fault(self, method: str) -> str:
        """Draw how the next call fails; "" for not at all."""
        draw = self.dice.uniform(0, 100)
        # Reading changes nothing; it fails more rarely, so that people get on.
        for name, share in self.faults.items():
            draw -= share / 4 if method == "GET" else share
            if draw < 0:
                self.made[name] += 1
                return name
        return ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader)) is not None:
                method, path, body = request
                if path == "/_seen":
                    await answer(writer, 200, self.seen())
                    continue
                self.calls += 1
                await asyncio.sleep(self.dice.uniform(0, 0.01))
                if not await self.respond(writer, method, path, body):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def respond(self, writer: asyncio.StreamWriter, method: str, path: str, body: Any) -> bool:
        """Answer one call, as the dice say; return whether the connection lives on."""
        fault = self.fault(method)
        if fault == "late":
            delay = self.dice.uniform(0.1, LATEST)
            asyncio.get_running_loop().call_later(delay, self.apply, method, path, body)
        if fault in ("late", "reset_unapplied"):
            close_hard(writer)
            return False
        if fault in ("error_unapplied", "unavailable", "throttled"):
            status, headers = TROUBLE[fault]
            await answer(writer, status, {"error": "Trouble", "message": fault}, headers=headers)
            return True
        status, shown = self.apply(method, path, body)
        return await self.spoil(fault, writer, status, shown)

    async def spoil(self, fault: str, writer: asyncio.StreamWriter, status: int, shown: dict[str, Any]) -> bool:
        """Send the answer of a call that was applied, or what the fault leaves of it."""
        match fault:
            case "error_applied":
                await answer(writer, self.dice.choice((500, 502, 504)), {"error": "Trouble", "message": fault})
            case "garbage":
                await answer(writer, status, raw=self.dice.choice((b"{", b"<html>OK</html>", b"[]", b"", b'{"id": 5}')))
            case "reset_applied":
                close_hard(writer)
                return False
            case "cut_off":
                await answer(writer, status, shown, cut=20)
                return False
            case "drip":
                await answer(writer, status, shown, drip=0.3)
            case _:
                await answer(writer, status, shown)
        return True

    def seen(self) -> dict[str, Any]:
        return {"records": self.records, "applied": self.applied, "made": self.made, "calls": self.calls}


async def main(profile: str, seed: int) -> None:
    upstream = Upstream(faults=PROFILES[profile], dice=random.Random(seed))
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
