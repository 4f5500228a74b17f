"""Name the verbs and their options. Knows no other module than the verbs.

Options that mean the same have the same name in every verb.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mmdemo import __version__
from mmdemo.cli import analyzing, campaigns, comparing, labels, training, users, verbs


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; `verb` of what it gives is the function to call."""
    parser = argparse.ArgumentParser(
        prog="mmdemo", description="See what product images add to search, and measure it."
    )
    parser.add_argument("--version", action="version", version=f"mmdemo {__version__}")
    parser.add_argument("--verbose", action="store_true", help="log everything")
    known = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    for name, function, options in _VERBS:
        summary = (function.__doc__ or "").strip().splitlines()[0]
        added = known.add_parser(name, help=summary, description=summary)
        added.set_defaults(verb=function)
        options(added)
    return parser


def _catalog(added: argparse.ArgumentParser) -> None:
    added.add_argument("--catalog", type=Path, required=True, metavar="DIR")


def _device(added: argparse.ArgumentParser) -> None:
    added.add_argument("--device", help="auto, cpu, cuda or mps (default auto)")


def _weight(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--weight", type=float, help="weight of text in fused rankers, 0 to 1 (default: tuned)"
    )


def _judged(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--queries", type=Path, required=True, help="CSV: query_id, query, or photo; split"
    )
    added.add_argument("--qrels", type=Path, required=True, help="TREC qrels")
    added.add_argument("--query-ids", type=Path, help="use only these, one id a line")


def _labels(added: argparse.ArgumentParser) -> None:
    added.add_argument("--labels", help="file or database URL of the judgments")


def _demo(added: argparse.ArgumentParser) -> None:
    _labels(added)
    added.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    added.add_argument("--port", type=int, help="default 7860; 0 picks a free one")
    added.add_argument("--judge", help="name that grades are stored under")
    _device(added)


def _serve(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--catalog", type=Path, metavar="DIR", help="default: MMDEMO_CATALOG, or the demo's"
    )
    _demo(added)


def _import(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "source",
        help="CSV, TSV, JSON lines or Parquet file, plain or gzipped; folder of a HuggingFace "
        "dataset, or its name as hf:ORG/NAME",
    )
    added.add_argument("--images", type=Path, help="folder, zip or tar of photos")
    added.add_argument("--catalog", type=Path, metavar="DIR", help="where to keep it")
    added.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="read a field from this column; FIELD can also be attribute or ignore; repeatable",
    )
    added.add_argument("--encoding", metavar="NAME", help="of a text file (default: found out)")
    added.add_argument(
        "--allow-private", action="store_true", help="fetch photos from private addresses too"
    )
    added.add_argument(
        "--refresh-photos",
        action="store_true",
        help="ask servers whether photos that are kept have changed",
    )
    added.add_argument(
        "--dry-run", action="store_true", help="show what would be taken, write nothing"
    )


def _describe(added: argparse.ArgumentParser) -> None:
    added.add_argument("directory", type=Path, metavar="DIR")
    added.add_argument("--json", action="store_true", help="print JSON")


def _index(added: argparse.ArgumentParser) -> None:
    _catalog(added)
    added.add_argument(
        "--model",
        required=True,
        metavar="SPEC",
        help="hf-hub:…, ARCH/TAG, local-dir:PATH, or sample: the sample shop's own model",
    )
    added.add_argument(
        "--text-model", metavar="SPEC", help="another tower for text; also st:NAME or st:PATH"
    )
    added.add_argument("--text-fields", default="title,description", help="default %(default)s")
    added.add_argument(
        "--name",
        help="of the index; others rank beside the served one as text@NAME (default: "
        "MMDEMO_INDEX_NAME, or default)",
    )
    _device(added)


def _use(added: argparse.ArgumentParser) -> None:
    added.add_argument("name", nargs="?", help="of the index, as `mmdemo catalog DIR` lists it")
    _catalog(added)
    added.add_argument("--back", action="store_true", help="serve the index that was before")


def _search(added: argparse.ArgumentParser) -> None:
    added.add_argument("query", nargs="?", default="", help="words")
    added.add_argument("--image", type=Path, help="a photo to search by")
    _catalog(added)
    added.add_argument("--rankers", default="text,image,fused", help="default %(default)s")
    _weight(added)
    added.add_argument("-k", type=int, default=10, help="results of each ranker")
    added.add_argument("--json", action="store_true", help="print JSON")
    _device(added)


def _evaluate(added: argparse.ArgumentParser) -> None:
    _catalog(added)
    _judged(added)
    added.add_argument("--rankers", default="bm25,text,image,fused", help="default %(default)s")
    added.add_argument("--measures", nargs="+", default=["nDCG@10", "R(rel=3)@100"])
    _weight(added)
    added.add_argument("--runs", type=Path, metavar="DIR", help="write RANKER.trec files")
    added.add_argument("--json", type=Path, metavar="OUT", help="write the numbers")
    _device(added)


def _compare(added: argparse.ArgumentParser) -> None:
    added.add_argument("--catalog", type=Path, metavar="DIR", help="an indexed catalog to rank")
    added.add_argument(
        "--rankers",
        default=comparing.RANKERS,
        help="of the catalog; of another index as fused@NAME (default %(default)s)",
    )
    added.add_argument(
        "--run",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="a TREC run instead or beside; repeat for more",
    )
    added.add_argument(
        "--baseline", default="text", help="what the others are held against (default %(default)s)"
    )
    _judged(added)
    added.add_argument("--measures", nargs="+", default=["nDCG@10", "R(rel=3)@100"])
    _weight(added)
    added.add_argument("--out", type=Path, metavar="FILE.md", help="write the Markdown too")
    added.add_argument("--csv", type=Path, metavar="DIR", help="means, differences, queries")
    added.add_argument("--json", type=Path, metavar="OUT", help="write the numbers")
    added.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the differences")
    _device(added)


def _analyze(added: argparse.ArgumentParser) -> None:
    analyzing.inputs(added)
    added.add_argument("--json", type=Path, metavar="OUT", help="write everything")
    added.add_argument("--csv", type=Path, metavar="DIR", help="write a table for each part")
    added.add_argument("--holes", type=Path, metavar="OUT", help="write the pairs left to judge")


def _report(added: argparse.ArgumentParser) -> None:
    analyzing.inputs(added)
    added.add_argument("--out", type=Path, required=True, help="FILE.html or FILE.md")


def _tune(added: argparse.ArgumentParser) -> None:
    _catalog(added)
    _judged(added)
    added.add_argument("--measure", default="nDCG@10")
    _device(added)


def _add_run(added: argparse.ArgumentParser) -> None:
    _catalog(added)
    added.add_argument("--name", required=True)
    added.add_argument("--run", type=Path, required=True, help="TREC run file")
    added.add_argument("--queries", type=Path, required=True, help="CSV: query_id, query")


def _export(added: argparse.ArgumentParser) -> None:
    _labels(added)
    added.add_argument("--format", required=True, choices=["qrels", "queries", "csv", "jsonl"])
    added.add_argument("--out", type=Path, help="default: the terminal")
    added.add_argument("--campaign", help="only this campaign")
    added.add_argument(
        "--include-open", action="store_true", help="also grades given with rankers visible"
    )
    added.add_argument(
        "--rule",
        default="majority",
        choices=analyzing.RULES,
        help="how several judges' grades become one in qrels (default %(default)s)",
    )


_Verb = Callable[[argparse.Namespace], None]
_Options = Callable[[argparse.ArgumentParser], None]
_VERBS: tuple[tuple[str, _Verb, _Options], ...] = (
    ("demo", verbs.demo, _demo),
    ("import", verbs.import_, _import),
    ("catalog", verbs.catalog, _describe),
    ("index", verbs.index, _index),
    ("use", verbs.use, _use),
    ("search", verbs.search, _search),
    ("serve", verbs.serve, _serve),
    ("evaluate", verbs.evaluate, _evaluate),
    ("compare", comparing.compare, _compare),
    ("analyze", analyzing.analyze, _analyze),
    ("report", analyzing.report, _report),
    ("tune", verbs.tune, _tune),
    ("train", training.train, training.options),
    ("add-run", verbs.add_run, _add_run),
    ("export", verbs.export, _export),
    ("campaign", campaigns.campaign, campaigns.options),
    ("labels", labels.labels, labels.options),
    ("users", users.users, users.options),
)
