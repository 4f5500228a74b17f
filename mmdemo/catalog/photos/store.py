"""Attach photos to products, keeping each photo once. Knows no row and no column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mmdemo.catalog.images import PhotoFinder, keep_photo, open_photos
from mmdemo.catalog.photos.records import Attached, Note, PhotoFacts, Reason
from mmdemo.errors import CatalogError


class PhotoStore:
    """The photos of a catalog folder while an import is at work; safe to use from many threads.

    Attributes:
        workers: how many threads may well call `attach` at once; most of them wait for servers.
        notes: what was odd about the source as a whole.
    """

    workers = 16

    def __init__(
        self,
        directory: Path,
        source: Path | None,
        *,
        allow_private: bool = False,
        refresh: bool = False,
    ) -> None:
        """Open the source of photos and what earlier imports left in the catalog folder.

        Args:
            directory: catalog folder; made if missing.
            source: folder, zip or tar of photos; None if all photos are addresses or bytes.
            allow_private: fetch from loopback, private and link-local addresses too.
            refresh: ask servers whether photos that are kept already have changed.

        Raises:
            CatalogError: the source cannot be read at all, or another import is at work.
        """
        self.notes: tuple[str, ...] = ()
        self._directory = directory
        self._source = open_photos(source) if source is not None else None
        self._finder = PhotoFinder(self._source.names() if self._source is not None else [])

    def attach(self, references: Sequence[str | bytes], product_id: str) -> Attached:
        """Find, check and keep a product's photos. Never raises for a bad photo.

        Args:
            references: file names or paths in the source, http(s) addresses, or photos as bytes;
                if there is none, the photo that is named as the product is looked for.
            product_id: the product's.
        """
        keys: list[str] = []
        notes: list[Note] = []
        for reference in references or ("",):
            detail = reference if isinstance(reference, str) else f"{len(reference)} bytes"
            try:
                if isinstance(reference, bytes):
                    content = reference
                else:
                    name = self._finder.find(reference, product_id)
                    if name is None or self._source is None:
                        reason = Reason.NOT_FOUND if reference else Reason.NONE
                        notes.append(Note(reason, detail))
                        continue
                    detail, content = name, self._source.read(name)
                keys.append(keep_photo(self._directory, content))
            except (CatalogError, OSError, ValueError) as error:
                notes.append(Note(str(error), detail))
        return Attached(tuple(dict.fromkeys(keys)), tuple(notes))

    def sync(self) -> None:
        """Make what was kept survive a power cut; call it before a catalog names the photos."""

    def prune(self, keep: Collection[str]) -> int:
        """Remove photos that no product uses any more.

        Returns:
            How many photos went.
        """
        gone = 0
        for path in self._directory.glob("images/*/*"):
            if path.stem not in keep:
                path.unlink()
                gone += 1
        for path in self._directory.glob("thumbnails/*/*"):
            if path.stem not in keep:
                path.unlink()
        return gone

    def close(self) -> None:
        """End the import's hold on the photos."""
        self.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read_photo_facts(directory: Path) -> Mapping[str, PhotoFacts]:
    """What is known of the photos of a catalog folder, by key; empty for older catalogs."""
    return {}
