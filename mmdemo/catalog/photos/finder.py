"""Find a photo in a source by what a catalog writes. Knows no file's content and no address."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from mmdemo.catalog.notes import Note
from mmdemo.catalog.photos.formats import PHOTO_SUFFIXES
from mmdemo.catalog.photos.records import Fault
from mmdemo.catalog.photos.sources import Entry


class PhotoFinder:
    """Looks a photo up by its path or a part of it, its file name, or the product's id."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._names: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        for entry in entries:
            path = PurePosixPath(*_parts(entry.name)[-1:])
            self._names.setdefault(path.name.casefold(), []).append(entry)
            if path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith("."):
                self._stems.setdefault(path.stem.casefold(), []).append(entry)

    def by_path(self, path: str) -> tuple[Entry, tuple[Note, ...]] | None:
        """The file whose path ends as this one does, if need be in its name alone.

        Of several the one that agrees in most folders; of those the one in the same upper and
        lower case; of those the largest, with a note.
        """
        wanted = _parts(path)
        if not wanted:
            return None
        name = wanted[-1].casefold()
        found = self._names.get(name) or self._stems.get(name, [])
        folded = [part.casefold() for part in wanted]
        return _best(found, lambda entry: _agreement(_parts(entry.name), wanted, folded))

    def by_id(self, product_id: str) -> tuple[Entry, tuple[Note, ...]] | None:
        """The photo whose name without its suffix is the product's id."""
        name = unicodedata.normalize("NFC", product_id)
        return _best(
            self._stems.get(name.casefold(), []),
            lambda entry: (PurePosixPath(_parts(entry.name)[-1]).stem == name,),
        )


def _best(
    found: Sequence[Entry], agreement: Callable[[Entry], tuple[int, ...]]
) -> tuple[Entry, tuple[Note, ...]] | None:
    if not found:
        return None
    if len(found) == 1:
        return found[0], ()
    best = max(agreement(entry) for entry in found)
    rivals = [entry for entry in found if agreement(entry) == best]
    # The sort is stable: of equally large ones the first by name.
    largest = sorted(rivals, key=lambda entry: -entry.size)[0]
    names = ", ".join(entry.name for entry in rivals[:4])
    return largest, (Note(Fault.AMBIGUOUS, names),) if len(rivals) > 1 else ()


def _agreement(
    parts: Sequence[str], wanted: Sequence[str], folded: Sequence[str]
) -> tuple[int, ...]:
    """How many parts agree from the end on: in any case, and as they are written."""
    either = exact = 0
    for part, want, fold in zip(reversed(parts), reversed(wanted), reversed(folded), strict=False):
        if part.casefold() != fold:
            break
        either += 1
        exact += part == want
    # A path that is named in full beats one that goes on.
    return either, either == len(parts) == len(wanted), exact


def _parts(path: str) -> list[str]:
    # Composed characters: archives made on a Mac write an accent behind its letter.
    parts = unicodedata.normalize("NFC", path).replace("\\", "/").split("/")
    return [part for part in parts if part not in {"", ".", ".."}]
