"""Just enough HTTP for an upstream that answers wrongly on purpose."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any, Final

TROUBLE: Final[dict[str, tuple[int, dict[str, str]]]] = {
    "error_unapplied": (500, {}),
    "unavailable": (503, {}),
    "throttled": (429, {"Retry-After": "1"}),
}


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str, Any] | None:
    """Return method, path and body of the next request; None where the caller has gone."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    method, path, _version = head.split("\r\n", 1)[0].split(" ")
    headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return method, path, json.loads(body) if body else None


async def answer(
    writer: asyncio.StreamWriter,
    status: int,
    data: Any = None,
    *,
    raw: bytes | None = None,
    cut: int = 0,
    drip: float = 0,
    headers: dict[str, str] | None = None,
) -> None:
    """Send an answer; `cut` keeps that many bytes of it back, `drip` waits so long before each byte."""
    content = json.dumps(data).encode() if raw is None else raw
    shown = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in shown.items())
    writer.write(f"HTTP/1.1 {status} Answer\r\n{head}\r\n".encode())
    sent = content[: len(content) - cut] if cut else content
    for piece in [sent[place : place + 1] for place in range(len(sent))] if drip else [sent]:
        await asyncio.sleep(drip)
        writer.write(piece)
        await writer.drain()


def close_hard(writer: asyncio.StreamWriter) -> None:
    """End the connection with a reset, as a process that dies does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
