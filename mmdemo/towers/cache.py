"""Keep vectors by the content they were made of. Knows no model but its fingerprint.

    <fingerprint>/keys.bin      32 bytes a vector: SHA-256 of the content
    <fingerprint>/vectors.f32   float32 rows in the same order

Both files only grow, vectors first. What a killed writer left over is cut off by the next. To drop
vectors, both are written anew into a folder `compacted`, whose appearance decides: from then on
whoever opens the cache puts them in the old ones' place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from filelock import FileLock, Timeout

from mmdemo.errors import IndexMismatchError, ModelError
from mmdemo.files import replacing, sync_folder, write_bytes
from mmdemo.towers.base import FloatArray

_KEY = 32
_KEYS, _VECTORS = "keys.bin", "vectors.f32"
_ROWS = 8192  # copied at once


def content_key(content: str) -> bytes:
    """SHA-256 of a text (or of a photo's key in the catalog)."""
    return hashlib.sha256(content.encode()).digest()


class VectorCache:
    """A growing store of vectors; use as a context manager, one writer at a time.

    Raises:
        IndexMismatchError: another process is writing to it.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._rows: dict[bytes, int] = {}
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "lock")

    def __enter__(self) -> VectorCache:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise IndexMismatchError(
                f"another process is embedding into {self._folder}", remedy="let it finish first"
            ) from None
        self._take_over()
        self._read()
        return self

    def _read(self) -> None:
        keys, vectors = self._folder / _KEYS, self._folder / _VECTORS
        for path in (keys, vectors):
            path.touch()
        width = 4 * self._dimension
        complete = min(keys.stat().st_size // _KEY, vectors.stat().st_size // width)
        os.truncate(keys, complete * _KEY)
        os.truncate(vectors, complete * width)
        content = keys.read_bytes()
        self._count = complete
        self._rows = {content[i * _KEY : (i + 1) * _KEY]: i for i in range(complete)}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: bytes) -> bool:
        return key in self._rows

    def append(self, keys: Sequence[bytes], vectors: FloatArray) -> None:
        """Add vectors (n, dimension); they survive a kill once this returns.

        Raises:
            ModelError: they are not one row of the right length for each key.
        """
        if vectors.shape != (len(keys), self._dimension):
            raise ModelError(
                "the model gave vectors of another shape",
                got=vectors.shape,
                expected=(len(keys), self._dimension),
            )
        for name, content in (
            (_VECTORS, np.ascontiguousarray(vectors, dtype=np.float32).tobytes()),
            (_KEYS, b"".join(keys)),
        ):
            with (self._folder / name).open("ab") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        self._rows |= {key: self._count + i for i, key in enumerate(keys)}
        self._count += len(keys)

    def gather(self, keys: Sequence[bytes | None]) -> FloatArray:
        """Vectors in the order of `keys`: float32 (n, dimension); None gives a zero row."""
        out = np.zeros((len(keys), self._dimension), dtype=np.float32)
        places = [i for i, key in enumerate(keys) if key is not None]
        if places:
            stored = self._stored()
            out[places] = stored[[self._rows[keys[i]] for i in places]]  # type: ignore[index]
        return out

    def count_except(self, keys: Collection[bytes]) -> int:
        """How many vectors `keep_only` would drop."""
        return self._count - sum(key in keys for key in self._rows)

    def keep_only(self, keys: Collection[bytes]) -> int:
        """Drop the vectors of all other keys; survives a kill at any point.

        Returns:
            How many were dropped.
        """
        kept = [(row, key) for key, row in self._rows.items() if key in keys]
        dropped = self._count - len(kept)
        if not dropped:
            return 0
        kept.sort()
        rows = np.array([row for row, _ in kept], dtype=np.int64)
        fresh = self._folder / ".compacting"
        shutil.rmtree(fresh, ignore_errors=True)
        with replacing(fresh / _VECTORS) as file:
            if kept:
                stored = self._stored()
                for start in range(0, len(rows), _ROWS):
                    file.write(stored[rows[start : start + _ROWS]].tobytes())
                del stored  # Windows replaces no file that is mapped
        write_bytes(fresh / _KEYS, b"".join(key for _, key in kept))
        fresh.rename(self._folder / "compacted")
        sync_folder(self._folder)
        self._take_over()
        self._read()
        return dropped

    def _take_over(self) -> None:
        """Put files that `keep_only` has finished in the old ones' place."""
        fresh = self._folder / "compacted"
        if not fresh.is_dir():
            return
        # Keys go first and come last: keys of other vectors would be lies, none at all are not.
        if (fresh / _VECTORS).exists():
            (self._folder / _KEYS).unlink(missing_ok=True)
            (fresh / _VECTORS).replace(self._folder / _VECTORS)
        if (fresh / _KEYS).exists():
            (fresh / _KEYS).replace(self._folder / _KEYS)
        fresh.rmdir()
        sync_folder(self._folder)

    def _stored(self) -> FloatArray:
        """The vectors on disk: float32 (n, dimension)."""
        mapped = np.memmap(self._folder / _VECTORS, dtype=np.float32, mode="r")
        return mapped.reshape(-1, self._dimension)
