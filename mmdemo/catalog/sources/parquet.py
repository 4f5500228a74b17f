"""Read Parquet files. Knows no product."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from mmdemo.catalog.sources.base import Row
from mmdemo.catalog.sources.files import count_lines, open_bytes
from mmdemo.errors import CatalogError

_MOST_ROWS = 1024  # decoded at once
_MOST_BYTES = 16_000_000  # likewise: a row may hold photos
_BUFFER = 1 << 20
_DAMAGE = (pa.ArrowException, OSError, ValueError)


class ParquetSource:
    """The rows of a Parquet file, plain or gzipped.

    Attributes:
        columns: names of the top-level columns.
        notes: what was odd about the file as a whole.
        kind: the format in words.
        estimate: rows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        self.kind = "Parquet"
        with self._open() as file:
            try:
                parquet = pq.ParquetFile(file)
            except _DAMAGE as error:
                raise _damaged(path, error) from error
            self.estimate = int(parquet.metadata.num_rows)
            self.columns = _different(parquet.schema_arrow.names)

    def __iter__(self) -> Iterator[Row]:
        """Yield every row; numbers start at 1."""
        number = 0
        with self._open() as file:
            try:
                parquet = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
                for batch in parquet.iter_batches(_batch_size(parquet), use_threads=False):
                    for cells in zip(*map(column_values, batch.columns), strict=True):
                        number += 1
                        yield Row(number, dict(zip(self.columns, cells, strict=True)))
            except _DAMAGE as error:
                raise _damaged(self.path, error) from error

    def _open(self) -> BinaryIO:
        file = open_bytes(self.path)
        if file.name == str(self.path) and not hasattr(file, "fileobj"):
            return file
        count_lines(self.path)  # that it is whole, and no bomb
        with file:
            unpacked = tempfile.TemporaryFile()  # noqa: SIM115  # its reader closes it
            shutil.copyfileobj(file, unpacked, _BUFFER)
        unpacked.seek(0)
        return cast("BinaryIO", unpacked)


def column_values(column: pa.Array) -> list[object]:
    """The cells of a column as Python values; one that has none is None."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, pa.ArrowException):
        return [_value(cell) for cell in column]


def _value(cell: pa.Scalar) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError:  # bytes that call themselves text
        return cell.cast(pa.binary()).as_py().decode("cp1252", "replace")
    except (ValueError, OverflowError, pa.ArrowException):  # a date in the year 30,000
        return cell.cast(pa.string()).as_py()


def _batch_size(parquet: pq.ParquetFile) -> int:
    """Rows whose values take some megabytes, as the file's metadata says."""
    metadata = parquet.metadata
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    widest = max((g.total_byte_size / max(1, g.num_rows) for g in groups), default=0)
    return max(1, min(_MOST_ROWS, int(_MOST_BYTES / max(1, widest))))


def _different(names: list[str]) -> tuple[str, ...]:
    different: list[str] = []
    for place, name in enumerate(names, start=1):
        usual = name.strip() or f"column {place}"
        different.append(usual if usual not in different else f"{usual} ({place})")
    return tuple(different)


def _damaged(path: Path, error: BaseException) -> CatalogError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return CatalogError(
        f"{path} is a damaged Parquet file: {reason}", remedy="copy or download it again"
    )
