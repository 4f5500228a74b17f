"""Listen, print the address, serve until interrupted. Knows no page and no model."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from mmdemo.errors import SettingsError
from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts
from mmdemo.settings import Settings
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle
from mmdemo.web.memory import give_back_freed
from mmdemo.web.security import is_loopback

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine

_log = logging.getLogger(__name__)
_GOODBYE = 5  # seconds that open requests are given when the server is stopped


def serve(settings: Settings, open_engine: Callable[[], SearchEngine]) -> None:
    """Serve what `open_engine` opens; returns when the process is asked to stop.

    The page answers at once and waits for the engine, which is opened in the background.

    Raises:
        SettingsError: the address cannot be listened on.
        LabelError: the judgments cannot be opened.
    """
    give_back_freed()
    listener = _listen(settings.host, settings.port)
    with listener, JudgmentStore(settings.labels) as store:
        app = create_app(EngineHandle(open_engine), store, settings)
        port = listener.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        _log.info("judgments are kept in %s", store.name)
        _log.info("mmdemo is at http://%s:%d", host, port)
        _tell_who_gets_in(settings.host, Accounts(store.database))
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, timeout_graceful_shutdown=_GOODBYE
        )
        uvicorn.Server(config).run(sockets=[listener])


def _tell_who_gets_in(host: str, accounts: Accounts) -> None:
    """Say whether people have to sign in.

    A server that others reach without signing in is not refused: in a container the address says
    nothing about who that is.
    """
    if accounts.exist():
        _log.info("people have to sign in; users: %d", len(accounts.users.all()))
    elif not is_loopback(host):
        _log.warning(
            "nobody has to sign in: whoever reaches %s sees and grades everything; "
            "`mmdemo users add NAME --role lead` changes that",
            host,
        )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
        # For connections too. asyncio does it only where a socket names its protocol; without it
        # an answer's body waits 40 ms for the browser's word on the head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}, port {port}: {error.strerror}",
            remedy="stop the other program, or give another --port (0 picks a free one)",
        ) from error
