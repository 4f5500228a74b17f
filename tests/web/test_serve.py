"""What the server listens with."""

from __future__ import annotations

import socket

import pytest

from mmdemo.errors import SettingsError
from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.web.serve import _listen, _tell_who_gets_in


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


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "shop.example"])
def test_a_server_that_anybody_can_use_says_so(
    store: JudgmentStore, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    _tell_who_gets_in(host, Accounts(store.database))
    (warning,) = caplog.records
    assert warning.levelname == "WARNING"
    assert f"whoever reaches {host}" in warning.getMessage()
    assert "mmdemo users add" in warning.getMessage()


def test_nothing_is_said_on_loopback_or_once_there_are_users(
    store: JudgmentStore, caplog: pytest.LogCaptureFixture
) -> None:
    accounts = Accounts(store.database)
    for host in ("127.0.0.1", "localhost", "::1"):
        _tell_who_gets_in(host, accounts)
    accounts.add("olga", "correct horse battery", Role.LEAD)
    with caplog.at_level("INFO"):
        _tell_who_gets_in("0.0.0.0", accounts)
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "users: 1" in caplog.text
