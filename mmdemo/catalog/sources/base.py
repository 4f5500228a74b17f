"""What an import reads from. Knows no file format and no product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mmdemo.catalog.notes import Note


@dataclass(slots=True)
class Row:
    """One row as its source gives it.

    Attributes:
        number: where to find it: the record of a table with the header as 1, the line of a JSON
            lines file, the row of anything else from 1.
        values: column → cell; text in tables, any JSON or Parquet value elsewhere.
        notes: what was odd about it.
        broken: why nothing of it can be used; None if it can.
    """

    number: int
    values: Mapping[str, object]
    notes: list[Note] = field(default_factory=list)
    broken: Note | None = None


class Source(Protocol):
    """Rows that can be read again and again, each time the same, without holding them all."""

    @property
    def kind(self) -> str:
        """The format in words, such as ``CSV with ';', UTF-8``."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns, each once and none empty."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd about the source as a whole."""
        ...

    @property
    def estimate(self) -> int:
        """About how many rows there are; 0 if unknown."""
        ...

    def __iter__(self) -> Iterator[Row]:
        """Every row, in order.

        Raises:
            CatalogError: the source ends in the middle or changes while it is read.
        """
        ...
