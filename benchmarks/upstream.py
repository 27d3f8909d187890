"""An upstream for measurements: takes every customer after a fixed time. `python -m benchmarks.upstream MILLISECONDS`.

Prints its port. One asyncio process, so that it costs little beside what is measured. `/_calls`
tells how many calls it took; `/_times`, too, and how many seconds lie between the first call and
the last answer, and then it counts anew.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
import uuid

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Upstream:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.forget()

    def forget(self) -> None:
        self.calls, self.first, self.last = 0, 0.0, 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection, kept alive, until the client closes it."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = LENGTH.search(head)
                await reader.readexactly(int(found[1]) if found else 0)
                method, path, _rest = head.split(b" ", 2)
                body = json.dumps(await self.answer(method, path)).encode()
                line = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                writer.write(line % len(body) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, method: bytes, path: bytes) -> dict[str, object]:
        if path == b"/_times":
            times: dict[str, object] = {"calls": self.calls, "seconds": self.last - self.first}
            self.forget()
            return times
        if path == b"/_calls":
            return {"calls": self.calls}
        self.first = self.first or time.monotonic()
        await asyncio.sleep(self.seconds)
        self.calls += 1
        self.last = time.monotonic()
        return {"id": path.rsplit(b"/", 1)[-1].decode() if method == b"PATCH" else str(uuid.uuid4())}


async def main(seconds: float) -> None:
    server = await asyncio.start_server(Upstream(seconds).serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) / 1000))
