"""Remember answers for a few seconds. Knows no table and no question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

SECONDS = 5.0  # after which a change that another process made is seen
_MOST = 10_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Remembered(Generic[_Key, _Value]):
    """A function whose answers are kept for some seconds.

    Every request asks who sends it; on SQLite each read makes writers wait. What this process
    changes it forgets at once.
    """

    def __init__(
        self,
        look_up: Callable[[_Key], _Value],
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up, self._seconds, self._clock = look_up, seconds, clock
        self._known: dict[_Key, tuple[float, _Value]] = {}
        self._age = 0
        self._lock = threading.Lock()

    def __call__(self, key: _Key) -> _Value:
        """The answer, not older than some seconds."""
        found = self.peek(key)
        if found is not None:
            return found[0]
        age = self._age
        value = self._look_up(key)
        with self._lock:
            if age == self._age:  # else what was found may be from before the change
                if len(self._known) >= _MOST:
                    self._known.clear()
                self._known[key] = (self._clock(), value)
        return value

    def peek(self, key: _Key) -> tuple[_Value] | None:
        """The answer if it is remembered: without waiting for a database."""
        with self._lock:
            at, *value = self._known.get(key, (None,))
        return (value[0],) if at is not None and self._clock() - at < self._seconds else None

    def forget(self) -> None:
        """Forget all answers: something changed."""
        with self._lock:
            self._known.clear()
            self._age += 1
