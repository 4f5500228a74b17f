"""The verb `compare`: rankers, models and runs against one of them. Knows no statistics."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mmdemo.cli.inputs import check_judged, named_runs, names, topics_and_qrels, write_csv
from mmdemo.errors import SettingsError
from mmdemo.files import write_bytes, write_json
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.records import Ranking, Topic

RANKERS = "bm25,text,image,fused"
# Modules that load torch or scipy are imported where they are needed.


def compare(args: argparse.Namespace) -> None:
    """Hold rankers, models or runs against a baseline: intervals, p-values, wins and losses."""
    from mmdemo.analyze.comparison_plot import difference_plot
    from mmdemo.evaluate import compare as contrast
    from mmdemo.evaluate import comparison_markdown, comparison_tables, evaluate

    if args.plot and args.plot.suffix.casefold() != ".svg":
        raise SettingsError("plot cannot be drawn", got=args.plot.name, expected="a name in .svg")
    topics, qrels = topics_and_qrels(args)
    rankings = _run_rankings(args, topics)
    if args.catalog:
        rankings = _catalog_rankings(args, topics, qrels, besides=rankings) | rankings
    if not rankings:
        raise SettingsError(
            "there is nothing to compare",
            expected="--catalog DIR with --rankers, or --run NAME=FILE for each",
        )
    evaluation = evaluate(rankings, qrels, args.measures, topic_ids=[t.topic_id for t in topics])
    table = contrast(evaluation, args.baseline, measures=args.measures)
    text = comparison_markdown(table)
    if args.csv:
        words = {topic.topic_id: topic.query.text for topic in topics}
        for name, rows in comparison_tables(table, words).items():
            write_csv(args.csv / f"{name}.csv", rows)
    if args.json:
        write_json(args.json, table.to_json())
    if args.plot:
        write_bytes(args.plot, difference_plot(table).encode())
    if args.out:
        write_bytes(args.out, text.encode())
    print(text, end="")  # noqa: T201


def _run_rankings(args: argparse.Namespace, topics: list[Topic]) -> dict[str, dict[str, Ranking]]:
    from mmdemo.trec import read_rankings

    return {name: read_rankings(path, name, topics) for name, path in named_runs(args.run).items()}


def _catalog_rankings(
    args: argparse.Namespace,
    topics: list[Topic],
    qrels: dict[str, dict[str, int]],
    *,
    besides: dict[str, dict[str, Ranking]],
) -> dict[str, dict[str, Ranking]]:
    """What the catalog's rankers find; the baseline is one of them unless it is a run."""
    from mmdemo.evaluate import COMPANIONS, depth_needed, rank_topics
    from mmdemo.search import SearchEngine

    asked = names(args.rankers)
    if args.baseline not in (*asked, *besides):
        asked = (args.baseline, *asked)
    if twice := sorted(set(asked) & set(besides)):
        raise SettingsError(
            "a run has the name of a ranker", got=twice[0], remedy="give the run another name"
        )
    settings = Settings.load(device=args.device)
    engine = SearchEngine.open(args.catalog, device=settings.device, index_name=settings.index_name)
    check_judged(engine.catalog, qrels, topics)
    return rank_topics(
        engine,
        topics,
        asked,
        text_weight=args.weight,
        top_k=depth_needed([*args.measures, *COMPANIONS]),
    )
