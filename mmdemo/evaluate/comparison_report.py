"""Show a comparison as Markdown and as tables for a spreadsheet. Knows no ranking and no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mmdemo.evaluate.comparison import LEVEL, ComparisonTable, Outcome
from mmdemo.evaluate.measures import CONDENSED
from mmdemo.evaluate.randomization import EXACT_QUERIES, ROUNDS
from mmdemo.evaluate.report import (
    CONDENSED_NOTE,
    empty_line,
    interval_text,
    label,
    markdown_table,
    means_table,
    missing_lines,
    summary,
)
from mmdemo.evaluate.significance import FEW_QUERIES

Row = list[object]
_WORDS = {
    Outcome.BETTER: "better",
    Outcome.WORSE: "worse",
    Outcome.OPEN: "not shown to differ",
}


def comparison_markdown(table: ComparisonTable) -> str:
    """Show rankers × measures, then what each gains over the baseline, and how to read it."""
    evaluation = table.evaluation
    blocks = [
        summary(evaluation),
        means_table(evaluation, baseline=table.baseline),
        missing_lines(evaluation),
        empty_line(evaluation),
        _differences(table),
        _conclusion(table),
        _notes(table),
    ]
    if CONDENSED in evaluation.measures:
        blocks.append(CONDENSED_NOTE)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _differences(table: ComparisonTable) -> str:
    rows = [
        [
            *(c.ranker, label(c.measure), str(c.interval.queries)),
            *(interval_text(c.interval, sign="+"), f"{c.p_value:.4f}", f"{c.p_holm:.4f}"),
            *(f"{c.wins} / {c.ties} / {c.losses}", c.outcome),
        ]
        for c in table.contrasts
    ]
    header = [
        *("ranker", "measure", "queries", f"difference to {table.baseline}"),
        *("p", "p (Holm)", "wins / ties / losses", "outcome"),
    ]
    return markdown_table(header, rows) if rows else ""


def _conclusion(table: ComparisonTable) -> str:
    """One sentence on the first measure."""
    found = {c.ranker: c.outcome for c in table.contrasts if c.measure == table.measures[0]}
    groups = {
        words: [ranker for ranker in found if found[ranker] == outcome]
        for outcome, words in _WORDS.items()
    }
    groups["without a query in common"] = [
        ranker
        for ranker in table.evaluation.per_query
        if ranker not in found and ranker != table.baseline
    ]
    told = "; ".join(f"{words}: {', '.join(names)}" for words, names in groups.items() if names)
    return f"**{label(table.measures[0])} against {table.baseline}** – {told}."


def _notes(table: ComparisonTable) -> str:
    tests = len(table.contrasts)
    return (
        "Differences, wins, ties and losses are paired by query, over the queries that both "
        "answered. p: two-sided paired randomization test of the mean difference "
        f"({ROUNDS:,} random sign changes; all of them up to {EXACT_QUERIES} queries). "
        f"p (Holm): corrected for the {tests} {'test' if tests == 1 else 'tests'} of this table. "
        f"Better or worse: p (Holm) below {LEVEL:g}, an interval without zero and at least "
        f"{FEW_QUERIES} queries. Open: neither was shown, which does not make them equal."
    )


def comparison_tables(
    table: ComparisonTable, words: Mapping[str, str] | None = None
) -> dict[str, list[Row]]:
    """Means, differences, and the values of every query, each table by its name with a header.

    Args:
        table: what was compared.
        words: of the queries, by topic id; empty where unknown.
    """
    return {
        "means": list(_mean_rows(table)),
        "differences": list(_difference_rows(table)),
        "queries": list(_query_rows(table, words or {})),
    }


def _mean_rows(table: ComparisonTable) -> Iterator[Row]:
    yield ["ranker", "queries", "measure", "mean", "low", "high"]
    for ranker, means in table.evaluation.intervals.items():
        for measure, mean in means.items():
            yield [ranker, mean.queries, measure, mean.mean, mean.low, mean.high]


def _difference_rows(table: ComparisonTable) -> Iterator[Row]:
    yield [
        *("ranker", "baseline", "measure", "queries", "mean", "baseline_mean", "difference"),
        *("low", "high", "p", "p_holm", "wins", "ties", "losses", "outcome"),
    ]
    for c in table.contrasts:
        yield [
            *(c.ranker, table.baseline, c.measure, c.interval.queries, *c.means),
            *(c.interval.mean, c.interval.low, c.interval.high, c.p_value, c.p_holm),
            *(c.wins, c.ties, c.losses, c.outcome),
        ]


def _query_rows(table: ComparisonTable, words: Mapping[str, str]) -> Iterator[Row]:
    per_query = table.evaluation.per_query
    yield ["query_id", "query", "measure", *per_query]
    for topic in table.evaluation.queries:
        for measure in table.evaluation.measures:
            values = (per_query[ranker][measure].get(topic) for ranker in per_query)
            yield [topic, words.get(topic, ""), measure, *values]
