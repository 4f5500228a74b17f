"""Say in plain words which ranker is better, how sure that is and what could change it.

Knows no engine, file or page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from mmdemo.analyze.comparisons import Comparison, few
from mmdemo.analyze.grading import grades_to_settle, weightiest
from mmdemo.analyze.segments import Segment, worse_on
from mmdemo.analyze.sensitivity import Check, Standing
from mmdemo.analyze.study import Options, Study
from mmdemo.evaluate.bounds import open_gains
from mmdemo.evaluate.power import WANTED, power, queries_for, queries_to_settle

_NAMED = 2  # segments in a sentence; the others are counted


class Decision(StrEnum):
    """What to do."""

    SHIP = "ship it"
    NOT_YET = "not yet"
    NOT_ENOUGH = "not enough grades to say"
    TOO_FEW = "not enough queries to say"  # all that counts is graded


@dataclass(frozen=True, slots=True)
class Outlook:
    """What more queries or more grades would bring.

    Attributes:
        power: chance that this many queries show a true gain as large as the measured one.
        power_at_margin: the same for a true gain as small as the margin.
        queries_at_margin: how many queries show that with 80 % power.
        more_queries: how many more settle which is better with a chance of 80 %, given what was
            seen so far; 0 if it is settled, None if no number in sight does.
        unjudged: pairs of the two lists' first k without a judgment.
        more_grades: how many of them to grade, the weightiest first, until the rest can no
            longer turn the sign with a chance of 80 %, if they turn out like the judged ones in
            the same lists; 0 if they cannot now, None where there are no bounds.
        to_grade: those, as topic id and product id.
    """

    power: float
    power_at_margin: float
    queries_at_margin: int | None
    more_queries: int | None
    unjudged: int | None
    more_grades: int | None
    to_grade: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer.

    Attributes:
        sentence: all of it in one sentence.
        because: why it is not "ship it"; empty if it is.
        but: on which kind of query a ranker that is not worse on the whole is; empty if on none.
        caveats: what could change it.
    """

    decision: Decision
    sentence: str
    because: tuple[str, ...]
    but: str
    caveats: tuple[str, ...]
    comparison: Comparison
    outlook: Outlook


def judge(
    study: Study,
    comparison: Comparison,
    tried: Sequence[Check],
    options: Options,
    *,
    cut: Sequence[Segment] = (),
) -> Verdict:
    """Make the verdict on the candidate (`comparison.ranker`) against the baseline.

    Args:
        study: what was measured.
        comparison: of the two.
        tried: the same under other grades.
        options: how to decide.
        cut: the same by segments, which change no decision but are told.
    """
    outlook = _outlook(study, comparison, options)
    decision, because = _decide(comparison, outlook, tried, options)
    caveats = _caveats(comparison, outlook, tried, options)
    if outlook.unjudged and all(min(study.qrels[topic].values()) > 0 for topic in study.judged):
        caveats += (
            "no product is graded irrelevant: if the grades name every relevant product, say so "
            "with --complete, and nothing is left open",
        )
    return Verdict(
        decision,
        _sentence(comparison, outlook, tried, options),
        because,
        _but(comparison, cut),
        caveats,
        comparison,
        outlook,
    )


def _decide(
    comparison: Comparison, outlook: Outlook, tried: Sequence[Check], options: Options
) -> tuple[Decision, tuple[str, ...]]:
    open_ = Decision.TOO_FEW if outlook.unjudged == 0 else Decision.NOT_ENOUGH
    interval = comparison.interval
    ranker, baseline = comparison.ranker, comparison.baseline
    if note := few(interval.queries):
        return open_, (note,)
    shown = comparison.is_shown(options.level)
    if shown and interval.mean < 0:
        return Decision.NOT_YET, (f"{ranker} ranks worse than {baseline}",)
    if -options.margin < interval.low and interval.high < options.margin:
        reason = f"it makes no difference: surely less than {options.margin:g} either way"
        return Decision.NOT_YET, (reason,)
    if not shown:
        return open_, ("the difference could be chance",)
    turned = [check.name for check in tried if check.standing == Standing.TURNS]
    condensed = comparison.condensed if outlook.unjudged != 0 else None  # else nothing is taken out
    if condensed is not None and condensed.mean <= 0:
        turned.append("unjudged products taken out of the lists")
    if turned:
        return Decision.NOT_ENOUGH, (f"it turns with: {', '.join(turned)}",)
    return Decision.SHIP, ()


def _sentence(
    comparison: Comparison, outlook: Outlook, tried: Sequence[Check], options: Options
) -> str:
    interval = comparison.interval
    first, second = comparison.means
    name, than, measure = comparison.ranker, comparison.baseline, comparison.measure
    shown = comparison.is_shown(options.level)
    span = f"between {_signed(interval.low)} and {_signed(interval.high)}"
    values = f"{measure} {first:.3f} against {second:.3f} over {_count(interval.queries, 'query')}"
    chance = _p(comparison.p_corrected)
    if comparison.tests > 1:
        chance += " after correction for all comparisons"
    if shown:
        side = "better" if interval.mean > 0 else "worse"
        text = (
            f"{name} ranks {side} than {than}: {values}, a difference of "
            f"{_signed(interval.mean)} that is 95% sure to lie {span} ({chance})"
        )
    elif few(interval.queries):
        text = f"{name} cannot be told from {than}: {values} is too few"
    elif -options.margin < interval.low and interval.high < options.margin:
        text = f"{name} and {than} rank equally well: {values}, the difference lies {span}"
    else:
        text = (
            f"whether {name} ranks better than {than} is open: {values}, and the difference of "
            f"{_signed(interval.mean)} may lie anywhere {span} ({chance})"
        )
    turning = [check.name for check in tried if check.standing == Standing.TURNS]
    if turning:
        text += f"; it turns with {', '.join(turning)}"
    return f"{text}; {_grades(comparison, outlook)}, and {_queries(outlook)}."


def _but(comparison: Comparison, cut: Sequence[Segment]) -> str:
    found = worse_on(cut)
    if comparison.interval.mean < 0 or not found:
        return ""
    told = [
        f"“{s.facet}: {s.value}”, {_signed(s.interval.mean)} [{_signed(s.interval.low)}, "
        f"{_signed(s.interval.high)}] over {_count(s.queries, 'query')}"
        + (" (small, read with care)" if s.note else "")
        for s in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        told.append(_count(len(found) - _NAMED, "smaller segment"))
    return (
        f"{comparison.ranker} ranks worse on {'; '.join(told)}; not corrected for the "
        f"{_count(len(cut), 'segment')} that were looked at"
    )


def _grades(comparison: Comparison, outlook: Outlook) -> str:
    bounds = comparison.bounds
    if outlook.unjudged == 0:
        return "every product that counts is judged"
    if bounds is None or outlook.more_grades is None:
        return "what unjudged products could change is known for nDCG only"
    pairs = _count(bounds.unjudged, "unjudged product")
    if outlook.more_grades == 0:
        return f"the {pairs} in the lists cannot turn it"
    return (
        f"the {pairs} in the lists could make it anything from {_signed(bounds.low)} to "
        f"{_signed(bounds.high)}, which grading some {outlook.more_grades:,} of them should settle"
    )


def _queries(outlook: Outlook) -> str:
    if outlook.more_queries is None:
        return "no number of further queries in sight would settle it"
    if outlook.more_queries == 0:
        return "more queries are not needed to tell them apart"
    return f"some {_count(outlook.more_queries, 'more query', 'more queries')} would settle it"


def _caveats(
    comparison: Comparison, outlook: Outlook, tried: Sequence[Check], options: Options
) -> tuple[str, ...]:
    found = []
    for check in tried:
        if check.standing != Standing.STANDS:
            found.append(
                f"{check.name}: {_signed(check.interval.mean)} "
                f"[{_signed(check.interval.low)}, {_signed(check.interval.high)}], "
                f"{_p(check.p_value)}: {check.standing}"
            )
    condensed, bounds = comparison.condensed, comparison.bounds
    if condensed is not None and condensed.mean * comparison.interval.mean <= 0:
        found.append(
            f"with unjudged products taken out the difference is {_signed(condensed.mean)} "
            f"[{_signed(condensed.low)}, {_signed(condensed.high)}]"
        )
    elif (
        condensed is not None and comparison.is_shown(options.level) and not condensed.excludes_zero
    ):
        found.append(
            f"with unjudged products taken out only {_signed(condensed.mean)} is left "
            f"[{_signed(condensed.low)}, {_signed(condensed.high)}]: part of the difference is "
            "places that one list gives to products without a grade"
        )
    if bounds is not None and bounds.low * bounds.high < 0 and bounds.unjudged:
        found.append(
            f"{_count(bounds.unjudged, 'unjudged product')} in the lists leave open everything "
            f"from {_signed(bounds.low)} to {_signed(bounds.high)}, if they all were graded for "
            "one side"
        )
    small = outlook.power_at_margin < WANTED and outlook.queries_at_margin is not None
    if small and not comparison.is_shown(options.level):
        found.append(
            f"a true difference as small as the margin would be seen with a chance of "
            f"{outlook.power_at_margin:.0%}; {outlook.queries_at_margin:,} queries would make "
            f"that {WANTED:.0%}"
        )
    return tuple(found)


def _outlook(study: Study, comparison: Comparison, options: Options) -> Outlook:
    mean, spread, queries = (
        comparison.interval.mean,
        comparison.spread,
        comparison.interval.queries,
    )
    level = options.level / comparison.tests
    more_grades = unjudged = None
    to_grade: tuple[tuple[str, str], ...] = ()
    if study.complete:
        more_grades = unjudged = 0
    elif options.ndcg_depth is not None:
        pair = (comparison.ranker, comparison.baseline)
        topics = study.answered(*pair)
        gains = open_gains(
            study.rankings[pair[0]],
            study.qrels,
            topics,
            depth=options.ndcg_depth,
            top_grade=study.top_grade,
            less=study.rankings[pair[1]],
        )
        unjudged = int(gains.unjudged.sum())
        more_grades = grades_to_settle(gains, mean, depth=options.ndcg_depth)
        places = zip(*weightiest(gains, mean, depth=options.ndcg_depth), strict=True)
        to_grade = tuple((topics[r], gains.products[r][c]) for r, c in islice(places, more_grades))
    settled = comparison.is_shown(options.level)
    return Outlook(
        power=power(mean, spread, queries, level=level),
        power_at_margin=power(options.margin, spread, queries, level=level),
        queries_at_margin=queries_for(options.margin, spread, level=level),
        more_queries=0
        if settled
        else queries_to_settle(mean, spread, queries, level=level, margin=options.margin),
        unjudged=unjudged,
        more_grades=more_grades,
        to_grade=to_grade,
    )


def _signed(value: float) -> str:
    return format(round(value, 3) + 0.0, "+.3f").replace("-", "−")


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def _count(number: int, one: str, many: str = "") -> str:
    many = many or (one[:-1] + "ies" if one.endswith("y") else one + "s")
    return f"{number:,} {one if number == 1 else many}"
