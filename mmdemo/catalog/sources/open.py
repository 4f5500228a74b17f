"""Find out what a source is, by its content. Knows no row."""

from __future__ import annotations

import re
from pathlib import Path

from mmdemo.catalog.sources.base import Source
from mmdemo.catalog.sources.delimited import DelimitedSource
from mmdemo.catalog.sources.files import read_head
from mmdemo.catalog.sources.json_lines import JsonLinesSource
from mmdemo.errors import CatalogError

_HUB = "hf:"
_JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[?\s*\{")
_EXPECTED = (
    "a CSV, TSV, JSON lines or Parquet file, plain or gzipped, the folder of a HuggingFace "
    "dataset, or its name as hf:ORG/NAME"
)


def is_hub_name(source: Path | str) -> bool:
    """Whether it names a dataset on the HuggingFace hub, not a file or folder."""
    return str(source).startswith(_HUB)


def source_name(source: Path | str) -> str:
    """What a report calls a source: the name on the hub, or of the file, not where it lies."""
    return str(source) if is_hub_name(source) else Path(source).name


def open_source(source: Path | str, *, encoding: str | None = None) -> Source:
    """Open a file or a HuggingFace dataset.

    Args:
        source: a path, or ``hf:ORG/NAME`` or ``hf:ORG/NAME:SPLIT``.
        encoding: of a text file; found out if None.

    Raises:
        CatalogError: it is not there, cannot be read, or is of another kind.
    """
    if is_hub_name(source):
        from mmdemo.catalog.sources.huggingface import HuggingFaceSource

        place, _, split = str(source).removeprefix(_HUB).partition(":")
        return HuggingFaceSource(place, split=split)
    path = Path(source)
    if path.is_dir():
        from mmdemo.catalog.sources.huggingface import HuggingFaceSource

        return HuggingFaceSource(path)
    if not path.is_file():
        raise CatalogError("source not found", got=path, expected=_EXPECTED)
    head = read_head(path)
    if head.startswith(b"PAR1"):
        from mmdemo.catalog.sources.parquet import ParquetSource

        return ParquetSource(path)
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    named_json = bool(suffixes) and suffixes[-1] in _JSON_SUFFIXES
    if named_json or _JSON.match(head):
        return JsonLinesSource(path, encoding=encoding)
    return DelimitedSource(path, encoding=encoding)
