"""Tell by a hash whether two tables hold the same rows, in whatever database. Knows no column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select

ROWS = 2_000  # read at a time


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds.

    Attributes:
        sha256: of its rows, in any order; 64 hex digits.
    """

    rows: int
    sha256: str


def digest(connection: Connection, table: Table) -> TableDigest:
    """Hash the rows of a table: equal where two databases hold the same values."""
    names = sorted(column.name for column in table.columns)
    found = connection.execution_options(yield_per=ROWS).execute(select(table))
    hashes = sorted(_row_hash(names, dict(row._mapping)) for row in found)
    return TableDigest(len(hashes), hashlib.sha256(b"".join(hashes)).hexdigest())


def _row_hash(names: list[str], row: Mapping[str, object]) -> bytes:
    values = [row[name] for name in names]
    text = json.dumps(values, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
