"""What the server listens with."""

from __future__ import annotations

import socket

import pytest

from mmdemo.errors import SettingsError
from mmdemo.web.serve import _listen


def test_connections_send_at_once() -> None:
    # Else an answer's body waits some 40 ms for the browser's word on its head.
    with _listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_a_port_that_is_taken() -> None:
    with _listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on 127.0.0.1, port {port}"):
            _listen("127.0.0.1", port)
