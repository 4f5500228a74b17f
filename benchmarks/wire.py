"""A client that posts JSON to the server over one connection, at little cost."""

from __future__ import annotations

import json
import socket
from typing import Any


class Wire:
    """One connection, made anew when it breaks; a cheap client, as it shares the cores."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port, self.cookie = port, cookie
        self._socket: socket.socket | None = None

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Send and wait for the answer.

        Raises:
            OSError: there was none.
        """
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(head.encode() + content)
            return self._answer(self._socket)
        except (OSError, ValueError) as error:
            self.close()
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _answer(self, opened: socket.socket) -> tuple[int, dict[str, str], dict[str, Any]]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(opened)
        head, _, rest = received.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        if "set-cookie" in headers:  # as it was sent: tokens have capitals
            (line,) = [line for line in lines if line.lower().startswith("set-cookie")]
            headers["set-cookie"] = line.partition(": ")[2]
        while len(rest) < int(headers["content-length"]):
            rest += _some(opened)
        return int(status.split()[1]), headers, json.loads(rest)


def _some(opened: socket.socket) -> bytes:
    received = opened.recv(65536)
    if not received:
        raise OSError("hung up")
    return received
