"""Read what a run is measured with: topics, qrels, lists of ids. Knows no engine or measure.

Ids may be written as in TREC files (`trec_id`) in any of them, so that they meet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import ir_measures

from mmdemo.errors import EvaluationError
from mmdemo.records import Query, Topic
from mmdemo.trec.lines import read_lines
from mmdemo.trec.runs import from_trec_id

# Names that published query sets use, best first.
ID_COLUMNS = ("query_id", "qid", "topic_id", "id")
TEXT_COLUMNS = ("query", "query_text", "text", "title")
PHOTO_COLUMNS = ("photo", "query_photo")
SPLIT_COLUMN = "split"


class _Row(NamedTuple):
    line: int
    cells: list[str]


class _Table(NamedTuple):
    """Rows of a file of queries, and which cells are what."""

    rows: Iterator[_Row]
    names: list[str]
    id_column: int
    text_column: int
    photo_column: int | None = None
    split_column: int | None = None


def read_topics(path: Path) -> list[Topic]:
    r"""Read an evaluation set in the file's order: CSV or TSV with a header, or ``id<TAB>text``.

    Without a header, each line is taken word for word: quotes are part of the query. With one, a
    column may name a photo to search by, as a path from the file's folder; then a row may have no
    text. A column ``split`` is kept.

    Raises:
        EvaluationError: a row has no id, neither text nor photo, too many cells, an id that was
            used before, or a photo that cannot be read.
    """
    table = _open_table(path)
    topics: dict[str, Topic] = {}
    for line, cells in table.rows:
        where = f"{path}, line {line}"
        if len(cells) != len(table.names):
            raise EvaluationError(
                f"{where} has another number of cells",
                got=len(cells),
                expected=len(table.names),
                remedy="quote a query that contains the separator",
            )
        topic_id = from_trec_id(cells[table.id_column].strip())
        text = cells[table.text_column].strip()
        photo = "" if table.photo_column is None else cells[table.photo_column].strip()
        if not topic_id or not (text or photo):
            raise EvaluationError(
                f"{where} has no {'text' if topic_id else 'id'}", expected="an id and a text"
            )
        if topic_id in topics:
            raise EvaluationError(
                f"{where} repeats a query id", got=topic_id, expected="one row per query"
            )
        image = _read_photo(path.parent / photo, where) if photo else None
        split = "" if table.split_column is None else cells[table.split_column].strip()
        topics[topic_id] = Topic(topic_id, Query(text, image), split)
    if not topics:
        raise EvaluationError(f"{path} has a header but no queries", expected="one query per line")
    return list(topics.values())


def _read_photo(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvaluationError(
            f"{where} names a photo that cannot be read",
            got=f"{path}: {error.strerror}",
            expected="a path from the folder of the queries",
        ) from None


def read_facets(path: Path) -> dict[str, dict[str, str]]:
    """Read the further columns of a file that `read_topics` takes: column to topic id to value.

    Raises:
        EvaluationError: as `read_topics`, for what makes the file no table.
    """
    table = _open_table(path)
    own = (table.id_column, table.text_column, table.photo_column)
    others = [i for i in range(len(table.names)) if i not in own]
    found: dict[str, dict[str, str]] = {table.names[i]: {} for i in others if table.names[i]}
    for _, cells in table.rows:
        topic_id = from_trec_id(cells[table.id_column].strip())
        for i in others:
            if i < len(cells) and table.names[i] and cells[i].strip():
                found[table.names[i]][topic_id] = cells[i].strip()
    return found


def _open_table(path: Path) -> _Table:
    lines = [line for _, line in read_lines(path)]
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise EvaluationError(f"{path} has no queries", expected="one query per line")
    tabs = "\t" in first
    header = next(csv.reader([first], delimiter="\t" if tabs else ","))
    names = [cell.strip().casefold() for cell in header]
    id_column = next((names.index(name) for name in ID_COLUMNS if name in names), None)
    text_column = next((names.index(name) for name in TEXT_COLUMNS if name in names), None)

    delimiter = "\t" if tabs else ","
    if id_column is not None and text_column is not None:
        rows = _table(path, lines, delimiter=delimiter)
        photo = next((names.index(name) for name in PHOTO_COLUMNS if name in names), None)
        split = names.index(SPLIT_COLUMN) if SPLIT_COLUMN in names else None
        return _Table(rows, names, id_column, text_column, photo, split)
    if tabs and names[0] not in ID_COLUMNS:
        return _Table(_plain(lines), ["id", "text"], 0, 1)
    raise EvaluationError(
        f"{path} has no column for the id or for the text of a query",
        got=", ".join(names),
        expected=f"one of {', '.join(ID_COLUMNS)} and one of {', '.join(TEXT_COLUMNS)}, "
        "or lines of id<TAB>text without a header",
    )


def _plain(lines: list[str]) -> Iterator[_Row]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _Row(number, line.split("\t"))


def _table(path: Path, lines: list[str], *, delimiter: str) -> Iterator[_Row]:
    """Yield the rows below the header under the line on which each ends."""
    reader = csv.reader(StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True)
    header = True
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if not header:
                    yield _Row(reader.line_num, cells)
                header = False
    except csv.Error as error:
        raise EvaluationError(
            f"{path}, line {reader.line_num} is not a table row",
            got=error,
            expected='quotes inside a quoted cell written twice, as in "19"" monitor"',
        ) from None


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read TREC qrels: topic id to product id to grade, both ids as the catalog writes them.

    Raises:
        EvaluationError: a line is not ``topic iteration product grade``, or judges a pair again.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            (qrel,) = ir_measures.read_trec_qrels(line.rstrip("\r\n") + "\n")
        except ValueError:
            raise EvaluationError(
                f"{path}, line {number} is not a judgment",
                got=repr(line.strip()),
                expected="topic iteration product grade, the grade a whole number",
            ) from None
        judged = qrels.setdefault(from_trec_id(qrel.query_id), {})
        product_id = from_trec_id(qrel.doc_id)
        if product_id in judged:
            raise EvaluationError(
                f"{path}, line {number} judges a product again",
                got=f"{qrel.doc_id} for topic {qrel.query_id}",
                expected="one line per topic and product",
            )
        judged[product_id] = qrel.relevance
    if not qrels:
        raise EvaluationError(f"{path} has no judgments", expected="TREC qrels")
    return qrels


def read_ids(path: Path) -> set[str]:
    """Read one id per line.

    Raises:
        EvaluationError: the file cannot be read or names no id.
    """
    ids = {from_trec_id(line.strip()) for _, line in read_lines(path)} - {""}
    if not ids:
        raise EvaluationError(f"{path} has no ids", expected="one query id per line")
    return ids
