"""Ask the engine what a campaign's pool is made of. Knows no route and no table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mmdemo.errors import EvaluationError, LabelError
from mmdemo.labels.campaigns import Gold, PoolQuery
from mmdemo.records import Topic
from mmdemo.trec import from_trec_id, read_topics
from mmdemo.trec.topics import ID_COLUMNS, PHOTO_COLUMNS, TEXT_COLUMNS
from mmdemo.web.photos import QueryPhotos

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine

CATALOG_QUERIES = "queries.csv"  # in the catalog's folder
_TRUE = ("1", "true", "yes", "x")


def pool_queries(
    engine: SearchEngine,
    topics: Sequence[Topic],
    rankers: Sequence[str],
    depth: int,
    photos: QueryPhotos,
) -> list[PoolQuery]:
    """Rank each query by each ranker; queries of the same words and photo are one.

    A query's photo is kept, so that judges see it.

    Raises:
        RankerError: a ranker is unknown.
        QueryError: a query cannot be searched.
    """
    from mmdemo.evaluate import rank_topics

    distinct = list({topic.query.query_id: topic for topic in reversed(topics)}.values())[::-1]
    found = rank_topics(engine, distinct, rankers, top_k=depth)
    return [
        PoolQuery(
            query_id=topic.query.query_id,
            text=topic.query.text,
            rankings={
                ranker: [hit.product_id for hit in found[ranker][topic.topic_id].hits]
                for ranker in rankers
                if not found[ranker][topic.topic_id].missing
            },
            photo=photos.keep(topic.query.image) if topic.query.image else "",
            topic_id=topic.topic_id,
        )
        for topic in distinct
    ]


def topics_of_text(text: str) -> list[Topic]:
    """Queries of a CSV that was sent: ``query_id, query``, or one query a line.

    Raises:
        EvaluationError: it cannot be read, or names photos: those would be files of the server.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if not lines:
        raise EvaluationError("there are no queries", expected="one at least")
    header = [cell.strip(' "').casefold() for cell in re.split("[,\t]", lines[0])]
    if set(header) & set(PHOTO_COLUMNS):
        raise EvaluationError(
            "queries that are sent cannot name photos",
            remedy="use the catalog's own queries, or mmdemo campaign create",
        )
    if not set(header) & set(ID_COLUMNS) and "\t" not in lines[0]:
        rows = lines[1:] if header[0] in TEXT_COLUMNS else lines
        text = "".join(f"{number}\t{row}\n" for number, row in enumerate(rows, start=1))
    with TemporaryDirectory(prefix="mmdemo-queries-") as folder:
        path = Path(folder) / "queries.csv"
        path.write_text(text, encoding="utf-8")
        try:
            return read_topics(path)
        except EvaluationError as error:
            raise EvaluationError(str(error).replace(f"{folder}/", "")) from None


def topics_of_catalog(catalog: Catalog) -> list[Topic]:
    """The catalog's own queries; none if it has no set.

    Raises:
        EvaluationError: the file cannot be read.
    """
    path = catalog.directory / CATALOG_QUERIES
    return read_topics(path) if path.is_file() else []


def read_gold(
    text: str, queries: Sequence[PoolQuery], catalog: Catalog, *, training: int
) -> list[Gold]:
    """Gold pairs of a CSV: ``query_id`` or ``query``, ``product_id``, ``grade`` and ``why``.

    Args:
        queries: of the campaign; a ``query_id`` is its topic's or its own.
        training: so many of the first pairs are for the training round, besides those whose
            column ``training`` says yes.

    Raises:
        LabelError: a row cannot be used.
    """
    if not text.strip():
        return []
    known: dict[str, str] = {}
    for query in queries:
        for name in (query.text.strip().casefold(), query.topic_id, query.query_id):
            known.setdefault(name, query.query_id)
    found: list[Gold] = []
    for number, row in enumerate(_rows(text), start=2):
        where = f"line {number} of the gold pairs"
        named = from_trec_id(row.get("query_id", "")) or row.get("query", "").casefold()
        product_id = from_trec_id(row.get("product_id", ""))
        if named not in known:
            raise LabelError(f"{where} is of no query of the campaign", got=repr(named[:80]))
        if product_id not in catalog.rows:
            raise LabelError(f"{where}: the catalog has no such product", got=repr(product_id[:80]))
        try:
            grade = int(row.get("grade", ""))
        except ValueError:
            raise LabelError(
                f"{where} has no grade", got=repr(row.get("grade", "")), expected="a whole number"
            ) from None
        is_training = len(found) < training or row.get("training", "").casefold() in _TRUE
        found.append(Gold(known[named], product_id, grade, row.get("why", ""), is_training))
    return found


def _rows(text: str) -> list[Mapping[str, str]]:
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    try:
        header, *others = [[cell.strip() for cell in row] for row in rows if any(row)]
    except (csv.Error, ValueError) as error:
        raise LabelError("the gold pairs are no CSV", got=error) from None
    names = [name.casefold() for name in header]
    if not {"product_id", "grade"} <= set(names) or not {"query_id", "query"} & set(names):
        raise LabelError(
            "the gold pairs lack a column",
            got=", ".join(names),
            expected="query_id or query, product_id, grade; also why, training",
        )
    return [dict(zip(names, cells, strict=False)) for cells in others]
