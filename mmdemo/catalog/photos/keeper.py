"""From the bytes of a photo to a photo that is kept, once. Knows no file name and no address."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from mmdemo.catalog.notes import Note
from mmdemo.catalog.photos.ledger import Ledger, Outcome, cannot_write
from mmdemo.catalog.photos.records import Fault, PhotoError
from mmdemo.catalog.photos.renditions import make_renditions
from mmdemo.catalog.photos.shelf import Shelf, photo_key
from mmdemo.catalog.photos.sources import check_bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A photo that is kept, or why there is none.

    Attributes:
        key: empty if there is none.
    """

    key: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def may_change(self) -> bool:
        """Whether the next import may come to another end with the same bytes."""
        return any(note.reason == Fault.UNSUPPORTED for note in self.notes)


class Keeper:
    """Keeps photos in a catalog folder; safe to use from many threads."""

    def __init__(self, directory: Path, ledger: Ledger) -> None:
        self._directory = directory
        self._ledger = ledger
        self._shelf = Shelf(directory)
        self._making = Once()

    def keep(self, content: bytes) -> Found:
        """Check a photo, make what a page needs of it, and keep all of it.

        Raises:
            PhotoError: it is larger than photos are.
            CatalogError: the catalog folder cannot be written to.
        """
        check_bytes(len(content))
        key = photo_key(content)
        return self.known(key) or self._making.do(key, lambda: self._make(key, content))

    def known(self, key: str) -> Found | None:
        """What became of these bytes before, if that still holds."""
        outcome = self._ledger.outcomes.get(key)
        if outcome is None or not self._shelf.has(outcome.files):
            return None
        return _found(key, outcome)

    def prune(self, keep: Collection[str]) -> int:
        """Remove all photos but these; returns how many went."""
        gone = self._shelf.prune(keep)
        if gone:
            self._ledger.forget(gone)
        return len(gone)

    def sync(self) -> None:
        """Make what was kept survive a power cut."""
        self._shelf.sync()
        self._ledger.sync()

    def _make(self, key: str, content: bytes) -> Found:
        if (known := self.known(key)) is not None:
            return known  # another thread was faster
        try:
            made = make_renditions(content)
        except PhotoError as error:
            outcome = Outcome(reason=error.reason, detail=error.detail)
        else:
            try:
                outcome = Outcome(self._shelf.put(key, content, made), made.facts)
            except OSError as error:
                raise cannot_write(self._directory, error) from error
        found = _found(key, outcome)
        if not found.may_change:
            self._ledger.add_outcome(key, outcome)
        return found


class Once:
    """Has one thread do what several want done at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, Future[Found]] = {}

    def do(self, name: str, work: Callable[[], Found]) -> Found:
        """Work, or wait for the thread that is at it."""
        with self._lock:
            others = self._under_way.get(name)
            if others is None:
                mine = self._under_way[name] = Future()
        if others is not None:
            return others.result()
        try:
            found = work()
            mine.set_result(found)
            return found
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[name]


def _found(key: str, outcome: Outcome) -> Found:
    if outcome.reason is not None:
        return Found(notes=(Note(outcome.reason, outcome.detail),))
    animated = outcome.facts is not None and outcome.facts.animated
    return Found(key, (Note(Fault.ANIMATED),) if animated else ())
