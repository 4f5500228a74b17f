"""The verb `labels`: others' judgments in, backups out and back. Knows no table and no format."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.errors import LabelError
from mmdemo.files import write_bytes
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.labels.exchange import Copied, ImportResult

SHOWN = 20  # rejected rows on the terminal; --rejected writes all


def labels(args: argparse.Namespace) -> None:
    """Take others' judgments in; back judgments up and restore them."""
    raise AssertionError("one of its own verbs is required")  # by `options`


def import_(args: argparse.Namespace) -> None:
    """Take in qrels, CSV or JSON lines of others' judgments; again, it takes what changed."""
    from mmdemo.labels import JudgmentStore
    from mmdemo.labels.exchange import ImportFormat, format_of, import_judgments, read_rows

    texts: Mapping[str, str] = {}
    if args.queries:
        from mmdemo.trec import read_topics

        texts = {topic.topic_id: topic.query.text for topic in read_topics(args.queries)}
    format = ImportFormat(args.format) if args.format else format_of(args.file)
    rows = list(read_rows(args.file, format))
    with JudgmentStore(Settings.load(labels=args.labels).labels) as store:
        result = import_judgments(
            store,
            rows,
            campaign=args.campaign,
            judge=args.judge,
            question=args.question,
            blind=not args.open,
            source=args.file.name,
            texts=texts,
        )
    if args.rejected:
        _write_rejected(args.rejected, result)
    for row in result.rejected[:SHOWN]:
        print(f"row {row.number}: {row.reason}: {row.text!r}", file=sys.stderr)  # noqa: T201
    if len(result.rejected) > SHOWN:
        rest = len(result.rejected) - SHOWN
        print(f"and {rest} more; --rejected OUT.csv writes them down", file=sys.stderr)  # noqa: T201
    print(  # noqa: T201
        f"{result.rows} rows: {result.stored} stored, {result.known} there already, "
        f"{len(result.rejected)} rejected"
    )


def backup(args: argparse.Namespace) -> None:
    """Copy all judgments, campaigns and accounts into one file, also while the server runs."""
    from mmdemo.labels.exchange import back_up

    copied = back_up(Settings.load(labels=args.labels).labels, args.out)
    _tell(copied, f"equal to the original, in {args.out}")


def restore(args: argparse.Namespace) -> None:
    """Put a backup into an empty database."""
    from mmdemo.labels.exchange import restore as put_back

    labels = Settings.load(labels=args.labels).labels
    copied = put_back(args.backup, labels)
    _tell(copied, f"equal to the backup, in {labels.removeprefix('sqlite:///')}")


def options(added: argparse.ArgumentParser) -> None:
    """The verbs of `mmdemo labels` and their options."""
    known = added.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, function: object) -> argparse.ArgumentParser:
        summary = (function.__doc__ or "").strip().splitlines()[0]
        own = known.add_parser(name, help=summary, description=summary)
        own.set_defaults(verb=function)
        own.add_argument("--labels", help="file or database URL of the judgments")
        return own

    own = verb("import", import_)
    own.add_argument("file", type=Path, help="TREC qrels, .csv or .jsonl, plain or gzipped")
    own.add_argument("--format", choices=["qrels", "csv", "jsonl"], help="default: by its name")
    own.add_argument("--campaign", help="to store under; events of an export have their own")
    own.add_argument("--judge", help="who judged; by default as the file says")
    own.add_argument("--question", help="what was asked (default relevance)")
    own.add_argument("--queries", type=Path, help="CSV: query_id, query; for the queries' words")
    own.add_argument(
        "--open", action="store_true", help="the judges saw which ranker found a product"
    )
    own.add_argument(
        "--rejected", type=Path, metavar="OUT", help="CSV of the rows that were not taken"
    )
    own = verb("backup", backup)
    own.add_argument("out", type=Path, help="file to write; an SQLite database")
    own = verb("restore", restore)
    own.add_argument("backup", type=Path, help="what `labels backup` wrote")


def _tell(copied: Copied, where: str) -> None:
    for name, table in copied.tables.items():
        print(f"{table.rows:>9}  {name:<24} {table.sha256[:16]}")  # noqa: T201
    print(f"{copied.rows} rows of {len(copied.tables)} tables, {where}")  # noqa: T201


def _write_rejected(path: Path, result: ImportResult) -> None:
    from mmdemo.labels import csv_lines, guarded
    from mmdemo.labels.exchange import rejected_rows

    rows = (
        [guarded(cell) if isinstance(cell, str) else cell for cell in row]
        for row in rejected_rows(result.rejected)
    )
    try:
        write_bytes(path, "".join(csv_lines(rows)).encode())
    except OSError as error:
        raise LabelError(
            "the rejected rows cannot be written", got=f"{path} ({error.strerror})"
        ) from error
