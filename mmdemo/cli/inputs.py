"""Read what several verbs are given: names, runs, judged queries; write tables. Knows no verb."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.errors import EvaluationError, SettingsError
from mmdemo.files import write_bytes
from mmdemo.records import Topic

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog

SAMPLE = "sample"


def names(text: str) -> tuple[str, ...]:
    """Split a list at its commas; the same name counts once.

    Raises:
        SettingsError: there is no name.
    """
    found = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not found:
        raise SettingsError("a list of names is empty", got=repr(text))
    return found


def model_spec(text: str) -> str:
    """A SPEC of `mmdemo.towers`; ``sample`` is the sample shop's own model.

    Raises:
        CatalogError: the sample shop is asked for and not there.
    """
    if text != SAMPLE:
        return text
    from mmdemo.sample import find_assets

    return f"local-dir:{find_assets() / 'model'}"


def named_runs(given: Sequence[str]) -> dict[str, Path]:
    """Read ``NAME=FILE`` for each run.

    Raises:
        SettingsError: one is not of that form, or two have the same name.
    """
    runs: dict[str, Path] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or not name.strip() or not path:
            raise SettingsError("a run is not usable", got=repr(text), expected="NAME=FILE")
        if name.strip() in runs:
            raise SettingsError("two runs have the same name", got=name.strip())
        runs[name.strip()] = Path(path)
    return runs


def topics_and_qrels(
    args: argparse.Namespace,
) -> tuple[list[Topic], dict[str, dict[str, int]]]:
    """Read ``--queries``, of them those that ``--query-ids`` names, and ``--qrels``."""
    from mmdemo.trec import read_qrels

    return topics_asked(args), read_qrels(args.qrels)


def topics_asked(args: argparse.Namespace) -> list[Topic]:
    """Read ``--queries``, of them those that ``--query-ids`` names."""
    from mmdemo.trec import read_ids, read_topics

    topics = read_topics(args.queries)
    if args.query_ids:
        wanted = read_ids(args.query_ids)
        unknown = sorted(wanted - {topic.topic_id for topic in topics})
        if unknown:
            raise SettingsError(
                f"{args.query_ids} names queries that {args.queries} does not have",
                got=", ".join(unknown[:5]),
            )
        topics = [topic for topic in topics if topic.topic_id in wanted]
    return topics


def check_judged(
    catalog: Catalog, qrels: Mapping[str, Mapping[str, int]], topics: Iterable[Topic] | None = None
) -> None:
    """Tell of judgments (of these topics) that cannot count, and refuse qrels of another catalog.

    Raises:
        EvaluationError: the catalog has none of the judged products.
    """
    asked = qrels.keys() if topics is None else {t.topic_id for t in topics} & qrels.keys()
    judged = {product for topic in asked for product in qrels[topic]}
    unknown = sorted(judged - set(catalog.rows))
    if judged and len(unknown) == len(judged):
        raise EvaluationError(
            f"catalog {catalog.name} has none of the judged products",
            got=", ".join(unknown[:3]),
            expected=f"ids like {', '.join([p.product_id for p in catalog.products[:3]])}",
        )
    if unknown:
        print(  # noqa: T201
            f"{len(unknown)} of {len(judged)} judged products are not in the catalog, "
            f"such as {unknown[0]}",
            file=sys.stderr,
        )


def write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows so that a spreadsheet takes no text for a formula."""
    from mmdemo.labels.formats import guarded

    text = StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    write_bytes(path, text.getvalue().encode())
