"""Attach photos to products, keeping each photo once. Knows no row and no column."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote_to_bytes

from filelock import FileLock, Timeout

from mmdemo.catalog.notes import Note
from mmdemo.catalog.photos.archives import open_photos
from mmdemo.catalog.photos.finder import PhotoFinder
from mmdemo.catalog.photos.gate import Gate
from mmdemo.catalog.photos.keeper import Found, Keeper, Once
from mmdemo.catalog.photos.ledger import Ledger, Origin, cannot_write
from mmdemo.catalog.photos.records import Attached, Fault, PhotoError
from mmdemo.catalog.photos.shelf import photo_key
from mmdemo.catalog.photos.sources import Entry, PhotoSource, check_bytes
from mmdemo.errors import CatalogError

if TYPE_CHECKING:  # httpx takes a tenth of a second to import, and most catalogs need none of it
    from mmdemo.catalog.photos.fetch import Fetcher

_BYTES_AT_ONCE = 128_000_000  # of encoded photos in memory
_LONGEST = 200  # characters of a name in a note


class PhotoStore:
    """The photos of a catalog folder while an import is at work; safe to use from many threads.

    What an earlier import has kept or found to be no photo is known from the folder's ledger and
    costs next to nothing, unless the source has changed. What it could not fetch is tried again.

    Attributes:
        workers: how many threads may well call `attach` at once; most of them wait for servers.
        notes: what was odd about the source as a whole.
    """

    workers = 32

    def __init__(
        self,
        directory: Path,
        source: Path | None,
        *,
        allow_private: bool = False,
        refresh: bool = False,
        make_fetcher: Callable[[], Fetcher] | None = None,
    ) -> None:
        """Open the source of photos and what earlier imports left in the catalog folder.

        Args:
            directory: catalog folder; made if missing.
            source: folder, zip or tar of photos; None if all photos are addresses or bytes.
            allow_private: fetch from loopback, private and link-local addresses too.
            refresh: ask servers whether photos that are kept already have changed.
            make_fetcher: makes another one than `allow_private` says.

        Raises:
            CatalogError: the source cannot be read at all, or another import is at work.
        """
        self._held = FileLock(directory / "photos.lock", timeout=0)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._held.acquire()
            self._source = _open(source, directory)
            self._ledger = Ledger(directory)
        except Timeout:
            raise CatalogError(
                f"another import into {directory} is at work", remedy="wait until it is done"
            ) from None
        except OSError as error:
            self._held.release()
            raise cannot_write(directory, error) from error
        except BaseException:
            self._held.release()
            raise
        self.notes = tuple(self._source.notes) if self._source else ()
        self._finder = PhotoFinder(self._source.entries if self._source else ())
        self._keeper = Keeper(directory, self._ledger)
        self._make_fetcher = make_fetcher or (lambda: _fetcher(allow_private=allow_private))
        self._refresh = refresh
        self._bytes = Gate(_BYTES_AT_ONCE)
        self._fetching = Once()
        self._lock = threading.Lock()
        self._stopped = False
        self._started: Fetcher | None = None
        self._asked: dict[str, Found] = {}  # addresses, so that each is asked once an import

    def attach(self, references: Sequence[str | bytes], product_id: str) -> Attached:
        """Find, check and keep a product's photos. A bad photo becomes a note.

        Args:
            references: file names or paths in the source, http(s) addresses, or photos as bytes;
                if there is none, the photo that is named as the product is looked for.
            product_id: the product's.

        Raises:
            CatalogError: the catalog folder cannot be written to.
        """
        given = [r.strip() if isinstance(r, str) else r for r in references]
        found = [self._find(reference) for reference in given if reference] or [
            self._find_by_id(product_id)
        ]
        keys = dict.fromkeys(photo.key for photo in found if photo.key)
        return Attached(tuple(keys), tuple(note for photo in found for note in photo.notes))

    def sync(self) -> None:
        """Make what was kept survive a power cut; call it before a catalog names the photos."""
        self._keeper.sync()

    def prune(self, keep: Collection[str]) -> int:
        """Remove photos that no product uses any more, and what a killed import left behind.

        Returns:
            How many photos went.
        """
        return self._keeper.prune(keep)

    def stop(self) -> None:
        """End all waiting for servers at once: what is being attached ends with a note."""
        with self._lock:
            self._stopped = True
            if self._started is not None:
                self._started.close()

    def close(self) -> None:
        """End the import's hold on the photos."""
        self.stop()
        self.sync()
        self._ledger.close()
        if self._source is not None:
            self._source.close()
        self._held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _find(self, reference: str | bytes) -> Found:
        if isinstance(reference, bytes):
            return self._guarded(lambda: self._keeper.keep(reference), f"{len(reference):,} bytes")
        if reference[:5].lower() == "data:":
            return self._guarded(
                lambda: self._keeper.keep(_inline(reference)), f"{reference[:40]}…"
            )
        from mmdemo.catalog.photos.addresses import is_url

        if is_url(reference):
            return self._at_address(reference)
        match = self._finder.by_path(reference)
        if match is None:
            reason = Fault.NOT_FOUND if self._source is not None else Fault.NO_SOURCE
            return Found(notes=(Note(reason, reference[:_LONGEST]),))
        return self._in_source(*match)

    def _find_by_id(self, product_id: str) -> Found:
        match = self._finder.by_id(product_id)
        return self._in_source(*match) if match else Found(notes=(Note(Fault.NONE),))

    def _in_source(self, entry: Entry, notes: tuple[Note, ...]) -> Found:
        found = self._guarded(lambda: self._read(entry), entry.name)
        return Found(found.key, notes + found.notes)

    def _read(self, entry: Entry) -> Found:
        entry.check()
        origin = self._ledger.origins.get(entry.identity)
        if origin is not None and (known := self._keeper.known(origin.key)) is not None:
            return known
        assert self._source is not None  # noqa: S101  # it has the entry
        with self._bytes.share(entry.size):
            content = self._source.read(entry)
            found = self._keeper.keep(content)
        if not found.may_change:
            self._ledger.add_origin(entry.identity, Origin(photo_key(content)))
        return found

    def _at_address(self, reference: str) -> Found:
        from mmdemo.catalog.photos.addresses import checked_url

        def get() -> Found:
            url = checked_url(reference)
            match = self._finder.by_path(url.path)
            if match is not None and not match[1]:  # the photo was handed over with the catalog
                return self._in_source(*match)
            return self._fetching.do(str(url), lambda: self._fetch(str(url)))

        return self._guarded(get, reference)

    def _fetch(self, address: str) -> Found:
        if (asked := self._asked.get(address)) is not None:
            return asked
        origin = self._ledger.origins.get(address)
        known = self._keeper.known(origin.key) if origin is not None else None
        if known is not None and known.key and not self._refresh:
            return known
        found = self._guarded(lambda: self._ask(address, origin if known else None))
        if known is not None and not found.key:
            found = Found(known.key, known.notes + found.notes)
        self._asked[address] = found
        return found

    def _ask(self, address: str, origin: Origin | None) -> Found:
        import httpx

        fetched = self._fetcher().fetch(
            httpx.URL(address), validators=origin.validators if origin else None
        )
        if fetched.body is None:
            known = self._keeper.known(origin.key) if origin is not None else None
            if known is None:
                raise PhotoError(Fault.SERVER_ERROR, "status 304, unasked")
            return known
        with fetched.body, self._bytes.share(fetched.size):
            content = fetched.body.read()
            found = self._keeper.keep(content)
        if found.key:
            self._ledger.add_origin(address, Origin(found.key, fetched.validators))
        return found

    @staticmethod
    def _guarded(work: Callable[[], Found], what: str = "") -> Found:
        """Make a note of why a photo cannot be had, and say in all notes which photo it is."""
        try:
            found = work()
        except PhotoError as error:
            found = Found(notes=(Note(error.reason, error.detail),))
        return Found(found.key, tuple(_about(note, what[:_LONGEST]) for note in found.notes))

    def _fetcher(self) -> Fetcher:
        with self._lock:
            if self._stopped:
                raise PhotoError(Fault.NO_ANSWER, "the import was stopped")
            self._started = self._started or self._make_fetcher()
            return self._started


def keep_photo(directory: Path, content: bytes) -> str:
    """Check a photo and keep it in a catalog folder.

    Returns:
        Its key: 32 hex digits.

    Raises:
        CatalogError: it is no photo that can be kept.
    """
    with PhotoStore(directory, None) as photos:
        attached = photos.attach([content], "")
    if not attached.keys:
        note = attached.notes[0]
        raise CatalogError(note.reason, got=note.detail)
    return attached.keys[0]


def _open(source: Path | None, directory: Path) -> PhotoSource | None:
    return open_photos(source, scratch=directory) if source is not None else None


def _fetcher(*, allow_private: bool) -> Fetcher:
    from mmdemo.catalog.photos.addresses import is_public
    from mmdemo.catalog.photos.fetch import Fetcher

    return Fetcher(allowed=(lambda address: True) if allow_private else is_public)


def _about(note: Note, what: str) -> Note:
    if not what or note.detail.startswith(what):
        return note
    return Note(note.reason, f"{what}: {note.detail}" if note.detail else what)


def _inline(reference: str) -> bytes:
    """The bytes of a data: URL."""
    head, _, data = reference.partition(",")
    check_bytes(len(data))
    try:
        content = unquote_to_bytes(data)
        return base64.b64decode(content, validate=True) if head.endswith(";base64") else content
    except binascii.Error as error:
        raise PhotoError(Fault.DAMAGED, "not base64") from error
