"""The verbs `analyze` and `report`: from files or a catalog to a decision. Knows no statistics."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo import __version__
from mmdemo.cli.inputs import check_judged, named_runs, names, write_csv
from mmdemo.errors import EvaluationError, LabelError, SettingsError
from mmdemo.files import write_bytes
from mmdemo.records import Topic
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.analyze import Analysis, Grades, Options, Vote

RULES = ("majority", "median", "mean", "lowest", "adjudicated", "dawid-skene")
# Modules that load torch or scipy are imported where they are needed.


def analyze(args: argparse.Namespace) -> None:
    """Say which ranker is better, how sure that is, where it helps and what could change it."""
    from mmdemo.analyze import report_markdown, tables

    analysis = _analysis(args)
    if args.json:
        write_bytes(args.json, analysis.to_json())
    if args.csv:
        for name, rows in tables(analysis).items():
            write_csv(args.csv / f"{name}.csv", rows)
    if args.holes:
        from mmdemo.analyze import hole_rows

        if analysis.weights is None:
            raise EvaluationError(
                "there is no weight to replay", remedy="name an indexed catalog with --catalog"
            )
        write_csv(args.holes, hole_rows(analysis.weights.holes))
    print(report_markdown(analysis, title=_title(args)))  # noqa: T201


def report(args: argparse.Namespace) -> None:
    """Write the analysis as one HTML file, to be read without a server, or as Markdown."""
    from mmdemo.analyze import report_html, report_markdown
    from mmdemo.catalog import Catalog

    analysis = _analysis(args)
    if args.out.suffix == ".md":
        content = report_markdown(analysis, title=_title(args))
    else:
        catalog = Catalog.open(args.catalog) if args.catalog else None
        content = report_html(analysis, title=_title(args), catalog=catalog)
    write_bytes(args.out, content.encode())
    print(f"{analysis.verdict.sentence if analysis.verdict else ''}\n{args.out}")  # noqa: T201


def _analysis(args: argparse.Namespace) -> Analysis:
    """The analysis that the arguments ask for, from the cache where nothing has changed."""
    from mmdemo.analyze import Analysis, Options, ResultCache, content_key
    from mmdemo.analyze.analysis import FORMAT
    from mmdemo.evaluate import Correction, parse_measures

    options = Options(
        measure=args.measure,
        candidate=args.candidate,
        baseline=args.baseline,
        correction=Correction(args.correction),
        margin=args.margin,
    )
    parse_measures([options.measure])
    runs = named_runs(args.run or [])
    if not runs and args.catalog is None:
        raise SettingsError(
            "there is nothing to analyze",
            expected="--catalog DIR, or --run NAME=FILE for each ranker",
        )
    if args.qrels is None and args.campaign is None and args.labels is None:
        raise SettingsError("there are no grades", expected="--qrels FILE or --campaign NAME")
    topics = _topics(args)
    grades = _grades(args, topics)
    key = content_key(
        {
            "version": [__version__, FORMAT],
            "runs": runs,
            "queries": args.queries,
            "query ids": args.query_ids,
            "qrels": args.qrels,
            "grades": grades and grades.version,
            "catalog": _catalog_parts(args.catalog),
            "rankers": None if runs else args.rankers,
            "weight": args.weight,
            "complete": args.complete,
            "rule": args.rule,
            "options": [str(part) for part in _parts(options)],
        }
    )
    cache = ResultCache(args.cache or Settings.load().data / "cache" / "analysis")
    kept = cache.get(key)
    if kept is not None:
        try:
            return Analysis.from_json(kept)
        except ValueError:
            pass  # written by another version: make it again
    analysis = _made(args, options, runs, topics, grades)
    cache.put(key, analysis.to_json())
    return analysis


def _made(
    args: argparse.Namespace,
    options: Options,
    runs: Mapping[str, Path],
    topics: list[Topic] | None,
    grades: Grades | None,
) -> Analysis:
    from mmdemo.analyze import Space, analyze, study_of_engine, study_of_runs
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine, Weights
    from mmdemo.trec import read_facets, read_qrels

    votes: tuple[Vote, ...] = ()
    if grades is not None:
        topics, qrels, votes = list(grades.topics), grades.qrels, grades.votes
        if grades.left_out:
            print(  # noqa: T201
                f"{grades.left_out} grades of queries that are not analyzed", file=sys.stderr
            )
    else:
        qrels = read_qrels(args.qrels)
    asked = topics or []  # qrels come with queries, see `_grades`
    facets = read_facets(args.queries) if args.queries else {}
    if runs:
        catalog = Catalog.open(args.catalog) if args.catalog else None
        study = study_of_runs(
            runs,
            asked,
            qrels,
            catalog=catalog,
            facets=facets,
            votes=votes,
            complete=args.complete,
        )
        return analyze(study, options)
    settings = Settings.load(device=args.device)
    engine = SearchEngine.open(args.catalog, device=settings.device, index_name=settings.index_name)
    check_judged(engine.catalog, qrels)
    weights = engine.weights if args.weight is None else Weights(args.weight, args.weight)
    study = study_of_engine(
        engine,
        names(args.rankers),
        asked,
        qrels,
        measure=options.measure,
        text_weight=args.weight,
        facets=facets,
        votes=votes,
        complete=args.complete,
    )
    space = Space.of_engine(engine, asked)
    return analyze(study, options, space=space, served_weights=weights)


def _grades(args: argparse.Namespace, topics: list[Topic] | None) -> Grades | None:
    """Grades of a campaign, where no qrels file is given."""
    if args.qrels is not None:
        if topics is None:
            raise SettingsError("qrels need their queries", expected="--queries FILE")
        return None
    from mmdemo.analyze import read_grades
    from mmdemo.labels import Aggregation, JudgmentStore

    labels = Settings.load(labels=args.labels).labels
    file = Path(labels.removeprefix("sqlite:///"))
    if labels.startswith("sqlite:///") and not file.is_file():
        raise LabelError("there are no judgments", got=file, remedy="name their file with --labels")
    with JudgmentStore(labels) as store:
        return read_grades(
            store,
            campaign=args.campaign,
            include_open=args.include_open,
            rule=Aggregation(args.rule),
            topics=topics,
        )


def _topics(args: argparse.Namespace) -> list[Topic] | None:
    from mmdemo.trec import read_ids, read_topics

    if args.queries is None:
        return None
    topics = read_topics(args.queries)
    if args.query_ids:
        wanted = read_ids(args.query_ids)
        topics = [topic for topic in topics if topic.topic_id in wanted]
        if not topics:
            raise EvaluationError(f"{args.query_ids} names none of the queries")
    return topics


def _catalog_parts(directory: Path | None) -> list[object]:
    """Files that the rankings of a catalog depend on, by their content."""
    if directory is None:
        return []
    from mmdemo.catalog import served_index

    name = Settings.load().index_name or served_index(directory)
    index = directory / "indexes" / name
    files = [directory / "catalog.json", *sorted(index.glob("*.json"))]
    files += sorted((directory / "runs").glob("*"))
    return [[path.name, path] for path in files if path.is_file()]


def _parts(options: Options) -> list[object]:
    from dataclasses import fields

    return [getattr(options, field.name) for field in fields(options)]


def _title(args: argparse.Namespace) -> str:
    if args.title:
        return str(args.title)
    return f"Does fusion help? {args.catalog.resolve().name}" if args.catalog else "Which ranker?"


def inputs(added: argparse.ArgumentParser) -> None:
    """Options that say what is analyzed, the same for both verbs."""
    added.add_argument("--catalog", type=Path, metavar="DIR", help="an indexed catalog to rank")
    added.add_argument(
        "--run", action="append", metavar="NAME=FILE", help="a TREC run instead; repeat for more"
    )
    added.add_argument("--queries", type=Path, help="CSV: query_id, query; more columns are facets")
    added.add_argument("--query-ids", type=Path, help="use only these, one id a line")
    added.add_argument("--qrels", type=Path, help="TREC qrels")
    added.add_argument("--labels", help="file or database URL of the judgments, instead of qrels")
    added.add_argument("--campaign", help="the campaign whose grades count")
    added.add_argument(
        "--include-open", action="store_true", help="also grades given with rankers visible"
    )
    added.add_argument(
        "--rule",
        default="majority",
        choices=RULES,
        help="how several judges' grades become one (default %(default)s)",
    )
    added.add_argument(
        "--complete",
        action="store_true",
        help="the grades name every relevant product: all others are irrelevant",
    )
    added.add_argument("--rankers", default="bm25,text,image,fused", help="default %(default)s")
    added.add_argument("--measure", default="nDCG@10", help="what decides (default %(default)s)")
    added.add_argument("--candidate", help="ranker that may be shipped (default: a fused one)")
    added.add_argument("--baseline", help="ranker that it would replace (default: text)")
    added.add_argument(
        "--weight", type=float, help="weight of text in fused rankers, 0 to 1 (default: tuned)"
    )
    added.add_argument(
        "--margin", type=float, default=0.01, help="smaller differences do not matter"
    )
    added.add_argument(
        "--correction", default="holm", choices=["holm", "benjamini-hochberg", "none"]
    )
    added.add_argument("--title", help="of the report")
    added.add_argument("--cache", type=Path, metavar="DIR", help="where results are kept")
    added.add_argument("--device", help="auto, cpu, cuda or mps (default auto)")
