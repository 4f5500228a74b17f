"""Read photos out of zip and tar files without unpacking them to disk. Knows no product."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from mmdemo.catalog.photos.records import Fault, PhotoError
from mmdemo.catalog.photos.sources import (
    MAX_BYTES,
    Entry,
    FolderPhotos,
    PhotoSource,
    check_bytes,
    leads_outside,
)
from mmdemo.errors import CatalogError

_UTF8_NAME, _ENCRYPTED = 0x800, 0x1  # bits of a zip member's flags
# Photos are compressed already. An archive that grows more than this is made to fill the disk.
_MAX_GROWTH, _GROWTH_FLOOR = 20, 200_000_000
_REST = "what comes after is not taken"
_Unpacked = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
_COMPRESSIONS: Mapping[bytes, Callable[[IO[bytes]], _Unpacked]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
_READ_ERRORS = (
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RecursionError,
)


def open_photos(path: Path, *, scratch: Path | None = None) -> PhotoSource:
    """Open a folder, a zip file or a tar file (also compressed) of photos.

    Args:
        scratch: folder for a compressed tar's photos while it is open.

    Raises:
        CatalogError: it is none of these, or cannot be read.
    """
    if path.is_dir():
        return FolderPhotos(path)
    if not path.is_file():
        raise CatalogError(
            "photos not found", got=path, expected="a folder, a zip file or a tar file"
        )
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise CatalogError(f"{path} cannot be read: {error.strerror}") from error
    if start[:2] == b"PK" or path.suffix.lower() == ".zip":
        return ZipPhotos(path)
    return TarPhotos(path, scratch=scratch)


class ZipPhotos:
    """Photos in a zip file."""

    notes: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except Exception as error:  # zipfile raises all kinds at a broken directory
            raise CatalogError(
                f"{path} is not a readable zip file: {error}", remedy="pack or download it again"
            ) from error
        self._members = self._zip.infolist()
        entries = (
            _zip_entry(member, place)
            for place, member in enumerate(self._members)
            if not member.is_dir()
        )
        self.entries = sorted(entries, key=lambda entry: entry.name)

    def read(self, entry: Entry) -> bytes:
        """The bytes of one member."""
        try:
            with self._zip.open(self._members[entry.place]) as file:
                content = file.read(MAX_BYTES + 1)
                if len(content) == entry.size:
                    file.read(1)  # the end, where zipfile compares checksums
        except Exception as error:  # zipfile and its decompressors raise all kinds
            raise PhotoError(Fault.UNPACKABLE, _first_line(error)) from error
        check_bytes(len(content))
        return content

    def close(self) -> None:
        """Close the file."""
        self._zip.close()


def _zip_entry(member: zipfile.ZipInfo, place: int) -> Entry:
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        # Many programs write UTF-8 without saying so; zipfile then takes it for code page 437.
        with suppress(UnicodeError):
            name = member.orig_filename.encode("cp437").decode("utf-8")
    refusal = None
    if leads_outside(name):
        refusal = Fault.OUTSIDE
    elif member.flag_bits & _ENCRYPTED:
        refusal = Fault.ENCRYPTED
    identity = f"zip {member.file_size} {member.CRC:08x} {name}"
    return Entry(name, member.file_size, identity, refusal, place)


class TarPhotos:
    """Photos in a tar file.

    A compressed one is unpacked to a temporary file first, since going back in it would mean to
    unpack it from the start for every photo.
    """

    def __init__(self, path: Path, *, scratch: Path | None = None) -> None:
        self.notes: list[str] = []
        status = path.stat()
        self._stamp = f"{status.st_size} {status.st_mtime_ns}"
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._file: IO[bytes] = path.open("rb")
        try:
            start = self._file.read(6)
            for magic, unpack in _COMPRESSIONS.items():
                if start.startswith(magic):
                    with self._file as packed:
                        packed.seek(0)
                        self._file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115
                        self._unpack(path, unpack(packed), limit=status.st_size)
            self._file.seek(0)
            self._list(path)
        except BaseException:
            self._file.close()
            raise
        self.entries = sorted(self._entries.values(), key=lambda entry: entry.name)

    def read(self, entry: Entry) -> bytes:
        """The bytes of one member."""
        try:
            with self._lock:
                self._file.seek(entry.place)
                content = self._file.read(entry.size)
        except OSError as error:
            raise PhotoError(Fault.UNPACKABLE, _first_line(error)) from error
        if len(content) < entry.size:
            raise PhotoError(Fault.UNPACKABLE, "the archive ends in the middle of it")
        return content

    def close(self) -> None:
        """Close the file; a temporary one goes."""
        self._file.close()

    def _unpack(self, path: Path, unpacked: _Unpacked, *, limit: int) -> None:
        left = limit * _MAX_GROWTH + _GROWTH_FLOOR
        try:
            while chunk := unpacked.read1(1 << 20):  # `read` loses what came before an error
                left -= len(chunk)
                if left < 0:
                    self.notes.append(f"{path.name} grows more than photos do: {_REST}")
                    return
                self._file.write(chunk)
        except _READ_ERRORS:
            self.notes.append(f"{path.name} is damaged or cut short: {_REST}")

    def _list(self, path: Path) -> None:
        """Note every member that can be reached."""
        guarded = cast("IO[bytes]", _SmallReads(self._file))
        try:
            with tarfile.open(fileobj=guarded, mode="r:", encoding="utf-8") as archive:
                while (member := archive.next()) is not None:
                    archive.members.clear()  # type: ignore[attr-defined]  # else it keeps all
                    if not member.isdir():
                        self._add(member)
        except _READ_ERRORS as error:
            if not self._entries:
                raise CatalogError(
                    f"{path} is not a readable archive: {_first_line(error)}",
                    expected="a zip file or a tar file, plain or with gzip, bzip2 or xz",
                ) from error
            if not self.notes:
                self.notes.append(f"{path.name} is damaged or cut short: {_REST}")

    def _add(self, member: tarfile.TarInfo) -> None:
        name, size, place, refusal = member.name, member.size, member.offset_data, None
        if leads_outside(name) or member.issym():
            refusal = Fault.OUTSIDE
        elif member.islnk():  # a second name for a file that came before
            target = self._entries.get(member.linkname)
            if target is None:
                refusal = Fault.UNPACKABLE
            else:
                size, place, refusal = target.size, target.place, target.refusal
        elif not member.isreg():
            refusal = Fault.NOT_A_FILE
        elif member.issparse():
            refusal = Fault.UNPACKABLE
        identity = f"tar {self._stamp} {member.offset} {name}"
        # A name that comes again replaces the file before it, as when it is unpacked.
        self._entries[name] = Entry(name, size, identity, refusal, place)


class _SmallReads:
    """A file that gives no huge pieces: tarfile reads a long name of whatever length it claims."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.close = file.seek, file.tell, lambda: None

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= 1 << 20:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._file.read(size)


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0][:200] or type(error).__name__
