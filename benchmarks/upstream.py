"""An upstream for measurements: takes every customer after a fixed time. `python upstream.py MILLISECONDS`.

Prints its port. One asyncio process, so that it costs little beside what is measured.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import uuid

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Answer requests on one connection, kept alive, until the client closes it."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            await reader.readexactly(int(found[1]) if found else 0)
            await asyncio.sleep(seconds)
            method, path, _rest = head.split(b" ", 2)
            number = path.rsplit(b"/", 1)[-1].decode() if method == b"PATCH" else str(uuid.uuid4())
            body = json.dumps({"id": number}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(seconds: float) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: serve(reader, writer, seconds), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) / 1000))
