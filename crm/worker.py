"""The gunicorn worker of Frontdesk: also what is not HTTP is answered in the envelope.

A request that cannot be parsed never reaches Django, so no middleware can dress its answer;
gunicorn's own would be an HTML page, and a 501 or 500 for what is the sender's mistake.
"""

from __future__ import annotations

import json
import socket
import struct
from http import HTTPStatus
from typing import Any, Final

from gunicorn.http.errors import ConfigurationProblem
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

MESSAGES: Final = {
    400: ("Bad Request", "Client Error"),
    403: ("Forbidden", "Client Error"),
    414: ("URI Too Long", "Request URL is too long"),
    417: ("Expectation Failed", "Client Error"),
    431: ("Request Header Fields Too Large", "Exceeded maximum allowed HTTP header size"),
    500: ("Internal Server Error", "Unexpected server error"),
}


#: How long a client may be silent in the middle of a request.
SILENCE_SECONDS: Final = 5


class _Recorder:
    """Stands for the client's socket and keeps the status that gunicorn answers with."""

    status = int(HTTPStatus.BAD_REQUEST)

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.status = int(data.split(b" ", 2)[1])


class Worker(ThreadWorker):  # type: ignore[misc]
    def enqueue_req(self, conn: Any) -> None:
        """Give the thread that will read the request a limit on each wait for the client.

        Without one, as many silent connections as there are threads stop the server.
        """
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_SECONDS, 0))
        super().enqueue_req(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Log as gunicorn does, answer as the documented systems do."""
        recorder = _Recorder()
        super().handle_error(req, recorder, addr, exc)
        # An unknown transfer coding is 501 to gunicorn, contradicting headers are 500; but it is the
        # request that is bad.
        senders = recorder.status == HTTPStatus.NOT_IMPLEMENTED or isinstance(exc, ConfigurationProblem)
        status = 400 if senders else recorder.status
        error, message = MESSAGES.get(status, MESSAGES[400])
        body = json.dumps({"error": error, "message": message}, separators=(",", ":"))
        head = (
            f"HTTP/1.1 {status} {error}\r\nConnection: close\r\n"
            f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if getattr(req, "method", None) == "HEAD":
            body = ""
        try:
            write_nonblock(client, (head + body).encode())
        except OSError:
            # Whoever sent it did not wait for an answer.
            self.log.debug("The answer to a malformed request could not be sent.")
