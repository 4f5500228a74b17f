"""Keep results under a hash of what they were made of. Knows no result's content."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path

from mmdemo.errors import EvaluationError
from mmdemo.files import write_bytes

_log = logging.getLogger(__name__)
KEPT = 50  # results; the ones used longest ago go first


def content_key(parts: Mapping[str, object]) -> str:
    """Hash what a result is made of: values of JSON, and files by their bytes.

    Raises:
        EvaluationError: a file cannot be read.
    """
    plain = {name: _plain(value) for name, value in parts.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes.

    Raises:
        EvaluationError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EvaluationError(f"cannot read {path}", got=error.strerror) from None


class ResultCache:
    """A folder of results. What is damaged or of another version is made again, not an error."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, if anything."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            path.touch()
        except OSError:
            return None
        digest, _, body = content.partition(b"\n")
        return body if digest == hashlib.sha256(body).hexdigest().encode() else None

    def put(self, key: str, body: bytes) -> None:
        """Keep a result; one that cannot be written is only logged, as it can be made again."""
        digest = hashlib.sha256(body).hexdigest().encode()
        try:
            write_bytes(self._path(key), digest + b"\n" + body)
            newest = sorted(self._folder.glob("*.result"), key=lambda p: -p.stat().st_mtime)
            for path in newest[KEPT:]:
                path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("the analysis is not cached: %s", error)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.result"


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return {"file": file_hash(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
