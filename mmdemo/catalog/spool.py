"""Hold the products of an import on disk until all are there. Knows no source and no photo."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType


class Spool:
    """Lines by the id of their product, in a file without a name that goes with the process.

    In memory are the ids and the places only, so that it does not matter how long the lines are.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115  # closed by __exit__
        self._places: dict[str, tuple[int, int]] = {}  # id → start and length
        self._end = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def add(self, product_id: str, line: bytes) -> None:
        """Keep the line of a product."""
        self._places[product_id] = (self._end, len(line))
        self._end += len(line)
        self._file.write(line)

    def lines(self) -> Iterator[bytes]:
        """All lines in the order of their ids."""
        for product_id in sorted(self._places):
            start, length = self._places[product_id]
            self._file.seek(start)
            yield self._file.read(length)
