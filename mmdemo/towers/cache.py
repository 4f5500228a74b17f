"""Keep vectors by the content they were made of. Knows no model but its fingerprint.

    <fingerprint>/keys.bin      32 bytes a vector: SHA-256 of the content
    <fingerprint>/vectors.f32   float32 rows in the same order

Both files only grow, vectors first. What a killed writer left over is cut off by the next.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
from filelock import FileLock, Timeout

from mmdemo.errors import IndexMismatchError, ModelError
from mmdemo.towers.base import FloatArray

_KEY = 32


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
        keys, vectors = self._folder / "keys.bin", self._folder / "vectors.f32"
        for path in (keys, vectors):
            path.touch()
        width = 4 * self._dimension
        complete = min(keys.stat().st_size // _KEY, vectors.stat().st_size // width)
        os.truncate(keys, complete * _KEY)
        os.truncate(vectors, complete * width)
        content = keys.read_bytes()
        self._count = complete
        self._rows = {content[i * _KEY : (i + 1) * _KEY]: i for i in range(complete)}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()

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
            ("vectors.f32", np.ascontiguousarray(vectors, dtype=np.float32).tobytes()),
            ("keys.bin", b"".join(keys)),
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
            stored = np.memmap(self._folder / "vectors.f32", dtype=np.float32, mode="r").reshape(
                -1, self._dimension
            )
            out[places] = stored[[self._rows[keys[i]] for i in places]]  # type: ignore[index]
        return out
