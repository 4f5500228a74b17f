"""Open a folder or archive of photos: the names in it, and their bytes. Knows no product.

Nothing is unpacked to where a name in an archive says, and nothing outside of a folder is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from mmdemo.catalog.photos.formats import PHOTO_SUFFIXES
from mmdemo.catalog.photos.records import Fault, PhotoError

MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a source.

    Attributes:
        name: with ``/`` between folders.
        size: in bytes, as the source says.
        identity: changes when the content does; names it among all sources.
        refusal: why it is not read, or None.
        place: where the source finds it.
    """

    name: str
    size: int
    identity: str
    refusal: Fault | None = None
    place: int = 0

    def check(self) -> None:
        """Raise if it must not or need not be read.

        Raises:
            PhotoError: it lies elsewhere, is no file, is encrypted, empty or too large.
        """
        if self.refusal is not None:
            raise PhotoError(self.refusal)
        if self.size == 0:
            raise PhotoError(Fault.EMPTY, "0 bytes")
        check_bytes(self.size)


class PhotoSource(Protocol):
    """Where an import takes photos from."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Every file in it, in the order of their names."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What is odd about it as a whole."""
        ...

    def read(self, entry: Entry) -> bytes:
        """The bytes of one of `entries`; safe to call from many threads.

        Raises:
            PhotoError: it cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


def check_bytes(size: int) -> None:
    """Refuse more bytes than a photo has.

    Raises:
        PhotoError: there are more.
    """
    if size > MAX_BYTES:
        raise PhotoError(Fault.TOO_LARGE, f"{size:,} bytes, at most {MAX_BYTES:,}")


def leads_outside(name: str) -> bool:
    """Whether a name in an archive means a place outside of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:3] in {":\\", ":/"}


class FolderPhotos:
    """Photos in a folder and its subfolders."""

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        self._root = path.resolve()
        self.entries = sorted(self._walk(), key=lambda entry: entry.name)

    def read(self, entry: Entry) -> bytes:
        """The bytes of one file."""
        path = self._root / entry.name
        try:
            if not path.resolve().is_relative_to(self._root):
                raise PhotoError(Fault.OUTSIDE)
            # Not to block on a pipe that took a file's place since the folder was listed.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise PhotoError(Fault.NOT_A_FILE)
                content = file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            raise PhotoError(Fault.UNREADABLE, _why(error)) from error
        check_bytes(len(content))
        return content

    def close(self) -> None:
        """Nothing is open."""

    def _walk(self) -> Iterator[Entry]:
        folders = [self._root]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as found:
                    for item in found:
                        if item.is_dir(follow_symlinks=False):
                            folders.append(Path(item.path))
                            if PurePosixPath(item.name).suffix.lower() not in PHOTO_SUFFIXES:
                                continue
                        yield self._entry(item)
            except OSError as error:
                self.notes.append(
                    f"folder {folder.name} was not searched for photos: {_why(error)}"
                )

    def _entry(self, item: os.DirEntry[str]) -> Entry:
        path = Path(item.path)
        name = path.relative_to(self._root).as_posix()
        refusal = None
        size, changed = 0, 0
        try:
            if item.is_symlink() and not path.resolve().is_relative_to(self._root):
                refusal = Fault.OUTSIDE
            else:
                status = item.stat()
                size, changed = status.st_size, status.st_mtime_ns
                if not stat.S_ISREG(status.st_mode):
                    refusal = Fault.NOT_A_FILE
        except (OSError, RuntimeError):  # a link to nowhere, or to itself
            refusal = Fault.UNREADABLE
        return Entry(name, size, f"file {size} {changed} {name}", refusal)


_BINARY = getattr(os, "O_BINARY", 0)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
