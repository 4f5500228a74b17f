"""Let as much work through at a time as memory allows. Knows no photo."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Hands out shares of a budget; who asks for more than is left waits.

    Gates that are nested must always be entered in the same order.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._left = budget
        self._changed = threading.Condition()

    @contextmanager
    def share(self, amount: int) -> Iterator[None]:
        """Hold `amount`, or the whole budget if that is less."""
        amount = min(amount, self._budget)
        with self._changed:
            self._changed.wait_for(lambda: self._left >= amount)
            self._left -= amount
        try:
            yield
        finally:
            with self._changed:
                self._left += amount
                self._changed.notify_all()
