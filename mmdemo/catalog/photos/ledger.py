"""Remember what became of every photo an import has seen. Knows no pixel and no address.

photos.jsonl is only ever added to, a line at a time, so that a killed import loses nothing but a
line torn in two. It has two kinds of lines:

{"source": …, "key": …}           this file, archive member or address held these bytes
{"key": …, "files": …, "facts": …}  these bytes are kept; or {"key": …, "reason": …}: are not

It is a cache: without it an import takes longer and comes to the same catalog.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mmdemo.catalog.photos.records import Fault, PhotoFacts
from mmdemo.errors import CatalogError
from mmdemo.files import replacing, sync_folder

LEDGER = "photos.jsonl"
_FORMAT = {"format": 1, "renditions": 1}  # raise the second when renditions are made otherwise


@dataclass(frozen=True, slots=True)
class Origin:
    """The bytes that a source held when it was last read.

    Attributes:
        key: names the bytes.
        validators: HTTP headers to ask a server with whether they are still the same.
    """

    key: str
    validators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some bytes.

    Attributes:
        files: where they and what was made of them are kept, with sizes; empty if they are not.
        facts: of a photo that is kept.
        reason: why they are not kept, or None.
        detail: the particulars.
    """

    files: tuple[tuple[str, int], ...] = ()
    facts: PhotoFacts | None = None
    reason: Fault | None = None
    detail: str = ""


class Ledger:
    """`photos.jsonl` of a catalog folder, open for one import; safe to use from many threads."""

    def __init__(self, directory: Path) -> None:
        self.origins: dict[str, Origin] = {}
        self.outcomes: dict[str, Outcome] = {}
        self._path = directory / LEDGER
        self._lock = threading.Lock()
        if not self._read():
            self._rewrite()
        self._file = self._path.open("ab", buffering=0)

    def add_origin(self, source: str, origin: Origin) -> None:
        """Remember what a source held."""
        with self._lock:
            if self.origins.get(source) != origin:
                self.origins[source] = origin
                self._append(_origin_line(source, origin))

    def add_outcome(self, key: str, outcome: Outcome) -> None:
        """Remember what became of some bytes."""
        with self._lock:
            if self.outcomes.get(key) != outcome:
                self.outcomes[key] = outcome
                self._append(_outcome_line(key, outcome))

    def forget(self, keys: Collection[str]) -> None:
        """Drop photos that were removed, and every line that was overtaken by another."""
        with self._lock:
            for key in keys:
                self.outcomes.pop(key, None)
            self.origins = {s: o for s, o in self.origins.items() if o.key in self.outcomes}
            self._file.close()
            self._rewrite()
            self._file = self._path.open("ab", buffering=0)

    def sync(self) -> None:
        """Make it survive a power cut."""
        os.fsync(self._file.fileno())
        sync_folder(self._path.parent)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, value: Mapping[str, Any]) -> None:
        try:
            # One system call: a kill cannot leave half of it in memory.
            self._file.write(_line(value))
        except OSError as error:
            raise cannot_write(self._path.parent, error) from error

    def _read(self) -> bool:
        """Whether the file can be added to as it is."""
        lines = read_lines(self._path)
        if next(lines, None) != _FORMAT:
            return False
        for value in lines:
            try:
                if "source" in value:
                    self.origins[value["source"]] = Origin(
                        value["key"], value.get("validators", {})
                    )
                else:
                    self.outcomes[value["key"]] = _outcome(value)
            except (KeyError, TypeError, ValueError):
                continue  # a line no version of this program writes
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"  # else it was torn

    def _rewrite(self) -> None:
        with replacing(self._path) as file:
            file.write(_line(_FORMAT))
            for key, outcome in self.outcomes.items():
                file.write(_line(_outcome_line(key, outcome)))
            for source, origin in self.origins.items():
                file.write(_line(_origin_line(source, origin)))


def cannot_write(directory: Path, error: OSError) -> CatalogError:
    """The error of an import whose catalog folder takes no more files."""
    return CatalogError(
        f"photos cannot be kept in {directory}: {error.strerror}",
        remedy="check the folder's permissions and free space, and import again",
    )


def read_photo_facts(directory: Path) -> Mapping[str, PhotoFacts]:
    """What is known of the photos of a catalog folder, by key; empty for older catalogs."""
    lines = read_lines(directory / LEDGER)
    if next(lines, None) != _FORMAT:
        return {}
    return {value["key"]: PhotoFacts(**value["facts"]) for value in lines if "facts" in value}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file that are JSON objects; none if there is no file."""
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    value = json.loads(line)
                except ValueError:
                    continue  # torn
                if isinstance(value, dict):
                    yield value
    except FileNotFoundError:
        return


def _line(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, separators=(",", ":")) + "\n").encode()


def _origin_line(source: str, origin: Origin) -> dict[str, Any]:
    value: dict[str, Any] = {"source": source, "key": origin.key}
    return value | ({"validators": dict(origin.validators)} if origin.validators else {})


def _outcome_line(key: str, outcome: Outcome) -> dict[str, Any]:
    if outcome.facts is None:
        return {"key": key, "reason": outcome.reason, "detail": outcome.detail}
    return {"key": key, "files": outcome.files, "facts": asdict(outcome.facts)}


def _outcome(value: Mapping[str, Any]) -> Outcome:
    if "facts" not in value:
        return Outcome(reason=Fault(value["reason"]), detail=value["detail"])
    files = tuple((str(name), int(size)) for name, size in value["files"])
    return Outcome(files=files, facts=PhotoFacts(**value["facts"]))
