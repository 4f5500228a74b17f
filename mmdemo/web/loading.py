"""Open the search engine while the page is already there. Knows no route and no component."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from time import perf_counter
from typing import TYPE_CHECKING, Self

from mmdemo.errors import MmdemoError

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.05


class LoadState(StrEnum):
    """How far the engine is."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class EngineHandle:
    """A search engine that is there, or will be: torch and the models take seconds to load.

    Attributes:
        message: why it could not be opened; empty unless `state` is failed.
    """

    def __init__(self, open_engine: Callable[[], SearchEngine]) -> None:
        self._open_engine = open_engine
        self._engine: SearchEngine | None = None
        self._error: MmdemoError | None = None
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> LoadState:
        """Loading (also before `start`), ready or failed."""
        if not self._done.is_set():
            return LoadState.LOADING
        return LoadState.READY if self._engine is not None else LoadState.FAILED

    @property
    def message(self) -> str:
        """Why it could not be opened."""
        return str(self._error) if self._error is not None else ""

    @property
    def engine(self) -> SearchEngine | None:
        """The engine if it is there."""
        return self._engine

    def start(self) -> Self:
        """Begin to open the engine in the background; once, however often it is called."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="open-engine", daemon=True)
                self._thread.start()
        return self

    def retry(self) -> bool:
        """Open the engine anew if it could not be opened; tells whether there was need to."""
        with self._lock:
            if self.state is not LoadState.FAILED:
                return False
            self._error, self._thread = None, None
            self._done.clear()
        self.start()
        return True

    def wait(self, timeout: float | None = None) -> SearchEngine:
        """The engine, when it is there.

        Args:
            timeout: seconds to wait at most.

        Raises:
            MmdemoError: it could not be opened, or not in time.
        """
        self.start()
        self._done.wait(timeout)
        return self._result()

    async def ready(self) -> SearchEngine:
        """As `wait`, without holding a thread: many pages may wait for one engine."""
        await self.settled()
        return self._result()

    async def settled(self, timeout: float | None = None) -> LoadState:
        """Wait until the engine is there or could not be opened, `timeout` seconds at most."""
        self.start()
        end = None if timeout is None else perf_counter() + timeout
        while not self._done.is_set() and (end is None or perf_counter() < end):
            await asyncio.sleep(_POLL_SECONDS)
        return self.state

    def _result(self) -> SearchEngine:
        engine, error = self._engine, self._error
        if error is not None:
            raise error
        if engine is None:
            raise MmdemoError("the model is still loading", remedy="try again in a moment")
        return engine

    def _run(self) -> None:
        started = perf_counter()
        # Torch, Gradio and the catalog are a million objects that stay: the garbage collector need
        # not look through them again and again. It took 17 % of the time that opening takes, and
        # later 14 % of a busy server's.
        gc.disable()
        try:
            self._engine = self._open_engine()
            logger.info("engine ready after %.1f s", perf_counter() - started)
        except MmdemoError as error:
            logger.error("engine not opened: %s", error)
            self._error = error
        except Exception as error:
            logger.exception("engine not opened")
            self._error = MmdemoError(
                f"the search engine could not be opened ({type(error).__name__})",
                remedy="the server's log has the details",
            )
        finally:
            gc.freeze()
            gc.enable()
            self._done.set()
