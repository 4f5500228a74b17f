"""Where a catalog folder keeps photos. Knows no source and no pixel.

images/ab/abcd….jpg       the original, byte for byte, by the hash of its bytes
thumbnails/ab/abcd….webp  at most 384 pixels, where the original is larger or no browser shows it
large/ab/abcd….jpg        at most 1600 pixels, likewise
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from mmdemo.catalog.photos.formats import BROWSER_SUFFIXES
from mmdemo.catalog.photos.renditions import Renditions
from mmdemo.files import sync_folder, write_bytes

_NOT_FOR_BROWSERS = ".bin"
_SUFFIXES = (*dict.fromkeys(BROWSER_SUFFIXES.values()), _NOT_FOR_BROWSERS)
_FOLDERS = ("images", "thumbnails", "large")


def photo_key(content: bytes) -> str:
    """The name of a photo in every catalog: 32 hex digits."""
    return hashlib.sha256(content).hexdigest()[:32]


def find_photo(directory: Path, key: str) -> Path | None:
    """The original's file in a catalog folder, or None."""
    folder = directory / "images" / key[:2]
    return next((p for s in _SUFFIXES if (p := folder / f"{key}{s}").is_file()), None)


def find_thumbnail(directory: Path, key: str) -> Path | None:
    """The smallest file that browsers show, or None."""
    thumbnail = directory / "thumbnails" / key[:2] / f"{key}.webp"
    return thumbnail if thumbnail.is_file() else find_photo(directory, key)


def find_large(directory: Path, key: str) -> Path | None:
    """The largest file that browsers show, or None.

    Catalogs of older versions have no large ones: of a photo that no browser shows there is the
    thumbnail.
    """
    large = directory / "large" / key[:2] / f"{key}.jpg"
    if large.is_file():
        return large
    original = find_photo(directory, key)
    if original is not None and original.suffix == _NOT_FOR_BROWSERS:
        return find_thumbnail(directory, key)
    return original


class Shelf:
    """Photos and what is made of them, as files that are written once and then only removed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._unsynced: list[Path] = []
        self._lock = threading.Lock()

    def put(self, key: str, content: bytes, made: Renditions) -> tuple[tuple[str, int], ...]:
        """Keep a photo.

        Returns:
            Its files, relative to the catalog folder, with their sizes.
        """
        files: list[tuple[Path, bytes]] = []
        if made.thumbnail is not None:
            files.append((Path("thumbnails", key[:2], f"{key}.webp"), made.thumbnail))
        if made.large is not None:
            files.append((Path("large", key[:2], f"{key}.jpg"), made.large))
        # The photo comes last: where it is, what is made of it is too.
        files.append((Path("images", key[:2], f"{key}{made.suffix or _NOT_FOR_BROWSERS}"), content))
        for path, data in files:
            write_bytes(self._directory / path, data, sync=False)
        with self._lock:
            self._unsynced += [self._directory / path for path, _ in files]
        return tuple((path.as_posix(), len(data)) for path, data in files)

    def has(self, files: Collection[tuple[str, int]]) -> bool:
        """Whether all of these are there in their sizes: a power cut can leave empty ones."""
        try:
            return all((self._directory / name).stat().st_size == size for name, size in files)
        except OSError:
            return False

    def sync(self) -> None:
        """Make everything that was put survive a power cut.

        Waiting for the disk once for all, not for each photo, since a catalog names no photo
        before.
        """
        with self._lock:
            paths, self._unsynced = self._unsynced, []
        with ThreadPoolExecutor(8, thread_name_prefix="sync") as pool:  # a disk does many at once
            list(pool.map(_sync_file, paths))
            list(pool.map(sync_folder, sorted({path.parent for path in paths})))

    def prune(self, keep: Collection[str]) -> set[str]:
        """Remove all photos but these, and what a killed import left half written.

        Returns:
            The keys of the photos that went.
        """
        gone = set()
        for entry in self._entries():
            key = entry.name.partition(".")[0]
            if key not in keep:
                Path(entry.path).unlink(missing_ok=True)
                if key:  # a temporary name begins with a dot
                    gone.add(key)
        return gone

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        for name in _FOLDERS:
            for folder in sorted((self._directory / name).glob("??")):
                with os.scandir(folder) as entries:
                    yield from [entry for entry in entries if entry.is_file(follow_symlinks=False)]
                if not any(folder.iterdir()):
                    folder.rmdir()


def _sync_file(path: Path) -> None:
    with suppress(FileNotFoundError), path.open("rb+") as file:
        os.fsync(file.fileno())
