"""Be polite to servers, and give up on dead ones. Knows no photo."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Host:
    """One server: how many ask it at once, until when it wants to be left alone, how it does."""

    def __init__(self, *, at_once: int, patience: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._patience = patience
        self._failures = 0
        self._quiet_until = 0.0

    @property
    def given_up(self) -> bool:
        """Whether so many requests failed in a row that no more are made."""
        return self._failures >= self._patience

    @contextmanager
    def turn(self, sleep: Callable[[float], None]) -> Iterator[None]:
        """Wait until the server may be asked again, and for one of few places."""
        while (wait := self._quiet_until - time.monotonic()) > 0:
            sleep(wait)
        with self._turns:
            yield

    def leave_alone(self, seconds: float) -> None:
        """Ask nothing more for a while: it said so."""
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0

    def failed(self) -> None:
        """It did not, however often it was asked for one photo."""
        self._failures += 1


class Hosts:
    """All servers of an import, by name and port."""

    def __init__(self, *, at_once: int, patience: int) -> None:
        self._at_once = at_once
        self._patience = patience
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Host:
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = Host(at_once=self._at_once, patience=self._patience)
            return self._hosts[name]
