"""Write an evaluation as Markdown that also reads well in a terminal. Knows no ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mmdemo.evaluate.evaluation import Evaluation
from mmdemo.evaluate.measures import COMPANIONS, CONDENSED
from mmdemo.evaluate.significance import FEW_QUERIES, Difference, Interval

CONDENSED_NOTE = (
    f"Condensed nDCG@10 ({CONDENSED}): products without a judgment are taken out of the "
    "ranking first."
)


def to_markdown(evaluation: Evaluation) -> str:
    """Show rankers × measures, what is missing, then the paired differences."""
    blocks = [summary(evaluation), means_table(evaluation)]
    blocks += [line for line in (missing_lines(evaluation), empty_line(evaluation)) if line]
    if evaluation.differences:
        blocks += [_differences(evaluation), _notes(evaluation)]
    if CONDENSED in evaluation.measures:
        blocks.append(CONDENSED_NOTE)
    return "\n\n".join(blocks) + "\n"


def summary(evaluation: Evaluation) -> str:
    """Say on how many queries it was measured and what the brackets are."""
    count = len(evaluation.queries)
    text = f"{count} judged {'query' if count == 1 else 'queries'}"
    if evaluation.unjudged:
        text += f"; {len(evaluation.unjudged)} without a judgment left out"
    text += ". In brackets: 95% bootstrap interval over queries."
    if count < FEW_QUERIES:
        text += f" Fewer than {FEW_QUERIES} queries: the intervals are too narrow."
    return text


def means_table(evaluation: Evaluation, *, baseline: str = "") -> str:
    """Show rankers × measures with their intervals; a baseline is named as such."""
    rows = []
    for ranker, intervals in evaluation.intervals.items():
        answered = len(evaluation.queries) - len(evaluation.missing[ranker])
        cells = [
            interval_text(intervals[m], sign="") if m in intervals else "–"
            for m in evaluation.measures
        ]
        name = f"{ranker} (baseline)" if ranker == baseline else ranker
        rows.append([name, str(answered), *cells])
    return markdown_table(["ranker", "queries", *map(label, evaluation.measures)], rows)


def missing_lines(evaluation: Evaluation) -> str:
    """List why rankers have no value for some queries; empty if all have."""
    lines = [
        f"- {ranker}: {count} × {reason}"
        for ranker, topics in evaluation.missing.items()
        for reason, count in Counter(topics.values()).most_common()
    ]
    return "\n".join(["Queries missing, not counted as zero:", "", *lines]) if lines else ""


def empty_line(evaluation: Evaluation) -> str:
    """Say how often rankers found no product at all; empty if they always found one."""
    found = evaluation.empty_lists.items()
    told = [f"{ranker} {count}" for ranker, count in found if count]
    if not told:
        return ""
    return (
        f"Queries with an empty list: {', '.join(told)}. They count as 0, but not in "
        f"{label(COMPANIONS[0])}: there is nothing of which a share could be judged."
    )


def _differences(evaluation: Evaluation) -> str:
    first = evaluation.measures[0]
    pairs: dict[tuple[str, str], dict[str, Difference]] = {}
    for difference in evaluation.differences:
        key = (difference.ranker, difference.baseline)
        pairs.setdefault(key, {})[difference.measure] = difference
    rows = []
    for (ranker, baseline), by_measure in pairs.items():
        if first not in by_measure:
            continue
        main = by_measure[first]
        cells = [
            interval_text(by_measure[m].interval, sign="+")
            + (" *" if by_measure[m].interval.excludes_zero else "")
            if m in by_measure
            else "–"
            for m in evaluation.measures
        ]
        count = str(main.interval.queries)
        rows.append([f"{ranker} − {baseline}", count, f"{main.better} / {main.worse}", *cells])
    measures = map(label, evaluation.measures)
    return markdown_table(["difference", "queries", "better / worse", *measures], rows)


def _notes(evaluation: Evaluation) -> str:
    return (
        f"Paired by query. `*`: the interval excludes zero (given from {FEW_QUERIES} queries on, "
        f"not corrected for the number of comparisons). Better / worse: queries by "
        f"{evaluation.measures[0]}. Best single ranker by it: {evaluation.best_single}."
    )


def label(measure: str) -> str:
    """Name a measure as a reader knows it."""
    return "condensed nDCG@10" if measure == CONDENSED else measure


def interval_text(interval: Interval, *, sign: str) -> str:
    """Write a mean and its interval; `sign` is ``+`` for a difference, else empty."""
    mean, low, high = (
        format(round(value, 4) + 0.0, f"{sign}.4f")  # + 0.0: no "-0.0000"
        for value in (interval.mean, interval.low, interval.high)
    )
    return f"{mean} [{low}, {high}]"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Pad the cells so that the columns line up in a terminal too."""
    lines = [[cell.replace("|", "\\|") for cell in line] for line in (header, *rows)]
    widths = [max(3, *(len(line[i]) for line in lines)) for i in range(len(header))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in (lines[0], rule, *lines[1:])
    )
