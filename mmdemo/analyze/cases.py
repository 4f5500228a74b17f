"""Tell query by query what fusion won and lost, and by which products. Knows no engine or page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmdemo.analyze.kinds import Kind, kinds
from mmdemo.analyze.moves import Move, moves
from mmdemo.analyze.study import Options, Study
from mmdemo.analyze.weights import QueryWeights, Weights
from mmdemo.evaluate.evaluation import Evaluation
from mmdemo.records import Ranking

_DEPTH = 10  # of the lists that are looked at where the measure has no cutoff of its own


@dataclass(frozen=True, slots=True)
class Card:
    """A product as it stands in a list.

    Attributes:
        photo: key of its first photo in the catalog; empty if there is none.
        grade: None if it is not judged.
    """

    product_id: str
    title: str
    photo: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """One judged query.

    Attributes:
        query: its words; empty if it is a photo alone.
        photo: `Query.photo_key` of its photo; empty if it has none.
        values: ranker to the deciding measure; a ranker that did not answer is not there.
        missing: ranker to why it did not answer.
        gain: of the candidate over the baseline; None where one of them did not answer.
        best_single: the better of the single lists.
        regret: what the better single list has over fused, above 0 where fusion lost; None
            where there are no such lists.
        kinds: what fusion did, what matters most first; empty where a list is missing.
        explanation: in words.
        unjudged: products without a judgment among the first k of candidate and baseline.
        best_weight: of text for this query, with the value there; None without replay.
        served_weight: that it is served with, and the value there; None without replay.
        by_weight: the measure at weights 0, 0.1 … 1; empty without replay.
        moves: the products that make the difference, candidate against baseline.
        facets: what kind of query it is.
    """

    topic_id: str
    query: str
    photo: str
    values: Mapping[str, float]
    missing: Mapping[str, str]
    gain: float | None
    best_single: str | None
    regret: float | None
    kinds: tuple[Kind, ...]
    explanation: str
    unjudged: int
    best_weight: tuple[float, float] | None
    served_weight: tuple[float, float] | None
    by_weight: tuple[float, ...]
    moves: tuple[Move, ...]
    facets: Mapping[str, str]


def cases(
    study: Study,
    evaluation: Evaluation,
    facets: Mapping[str, Mapping[str, str]],
    weights: Weights | None,
    options: Options,
) -> tuple[Case, ...]:
    """Every judged query, the largest loss against the better single list first."""
    contest = study.contest(options)
    main = evaluation.measures[0]
    by_topic: dict[str, dict[str, tuple[str, ...]]] = {}
    for (topic, product), reasons in study.reasons.items():
        by_topic.setdefault(topic, {})[product] = reasons
    found = []
    for topic in study.judged:
        values = {
            ranker: by_measure[main][topic]
            for ranker, by_measure in evaluation.per_query.items()
            if topic in by_measure[main]
        }
        lists = {ranker: study.rankings[ranker][topic] for ranker in values}
        gain: float | None = None
        moved: tuple[Move, ...] = ()
        unjudged = 0
        if contest is not None and all(name in values for name in contest):
            gain = values[contest[0]] - values[contest[1]]
            moved = moves(
                lists,
                study.qrels[topic],
                fused=contest[0],
                against=contest[1],
                depth=options.ndcg_depth or _DEPTH,
                title=study.title,
                reasons=by_topic.get(topic, {}),
            )
            unjudged = _unjudged(
                () if study.complete else [lists[name] for name in contest],
                study.qrels[topic],
                options.ndcg_depth or _DEPTH,
            )
        fused = contest[0] if contest else None
        singles = {name: values[name] for name in ("text", "image") if name in values}
        best = max(singles, key=singles.__getitem__, default=None)
        regret = None
        named: tuple[Kind, ...] = ()
        if fused in values and best is not None and fused not in singles:
            regret = singles[best] - values[fused]
            if len(singles) == 2:
                named = kinds(singles["text"], singles["image"], values[fused])
        replayed = weights.by_query.get(topic) if weights is not None else None
        found.append(
            Case(
                topic,
                study.queries[topic].text,
                study.queries[topic].photo_key,
                values,
                {r: m[topic] for r, m in evaluation.missing.items() if topic in m},
                gain,
                best,
                regret,
                named,
                _explain(named, values, fused, moved, replayed),
                unjudged,
                (replayed.best, replayed.at_best) if replayed else None,
                (replayed.served, replayed.at_served) if replayed else None,
                replayed.by_weight if replayed else (),
                moved,
                {facet: members[topic] for facet, members in facets.items() if topic in members},
            )
        )
    return tuple(sorted(found, key=_by_regret))


def telling(found: Sequence[Case], most: int = 10) -> tuple[Case, ...]:
    """The queries to show to somebody: the clearest of each kind in turn, hurt before the rest.

    Queries of which much is unjudged tell little and come after the others.
    """
    order = (
        Kind.FOUND,
        Kind.PHOTO_HURT,
        Kind.PHOTO_RESCUED,
        Kind.TEXT_HURT,
        Kind.BOTH_FAILED,
        Kind.TEXT_RESCUED,
    )
    heaps: list[list[Case]] = []
    for kind in order:
        own = [case for case in found if case.kinds and case.kinds[0] == kind]
        heaps.append(sorted(own, key=lambda c: (c.unjudged > _DEPTH // 2, -abs(c.gain or 0.0))))
    rest = [case for case in found if not case.kinds and case.gain is not None]
    heaps.append(sorted(rest, key=lambda c: (c.unjudged > _DEPTH // 2, -abs(c.gain or 0.0))))
    chosen: list[Case] = []
    while len(chosen) < most and any(heaps):
        chosen += [heap.pop(0) for heap in heaps if heap]
    return tuple(chosen[:most])


def showcase(
    study: Study, found: Sequence[Case], rankers: Sequence[str], *, depth: int = 6
) -> dict[str, dict[str, tuple[Card, ...]]]:
    """The first products of each ranker for some queries: topic id to ranker to cards."""
    shown: dict[str, dict[str, tuple[Card, ...]]] = {}
    for case in found:
        grades = study.qrels[case.topic_id]
        shown[case.topic_id] = {
            ranker: tuple(
                Card(
                    hit.product_id,
                    study.title(hit.product_id),
                    next(iter(study.photos(hit.product_id)), ""),
                    grades.get(hit.product_id, 0 if study.complete else None),
                )
                for hit in study.rankings[ranker][case.topic_id].hits[:depth]
            )
            for ranker in rankers
            if ranker in case.values
        }
    return shown


def count_kinds(found: Sequence[Case]) -> dict[Kind, int]:
    """How many queries are of each kind first of all; every kind is there if any is known."""
    counts = Counter(case.kinds[0] for case in found if case.kinds)
    return {kind: counts[kind] for kind in Kind} if counts else {}


def _by_regret(case: Case) -> tuple[float, float, str]:
    return (
        -(case.regret if case.regret is not None else -2.0),
        case.gain if case.gain is not None else 2.0,
        case.topic_id,
    )


def _unjudged(lists: Sequence[Ranking], grades: Mapping[str, int], depth: int) -> int:
    shown = {hit.product_id for ranking in lists for hit in ranking.hits[:depth]}
    return len(shown - grades.keys())


def _explain(
    named: tuple[Kind, ...],
    values: Mapping[str, float],
    fused: str | None,
    moved: Sequence[Move],
    replayed: QueryWeights | None,
) -> str:
    if not named or fused is None:
        return ""
    text, image, both = values["text"], values["image"], values[fused]
    told = f"text only {text:.2f}, image only {image:.2f}, {fused} {both:.2f}"
    parts = [f"{named[0].capitalize()}: {told}."]
    helped = [m for m in moved if m.effect > 0.005]
    hurt = [m for m in moved if m.effect < -0.005]
    shown = (hurt or helped) if named[0] in (Kind.PHOTO_HURT, Kind.TEXT_HURT) else (helped or hurt)
    if shown:
        move = shown[0]
        rank = {n: "not listed" if r is None else str(r) for n, r in move.ranks.items()}
        side = "gains" if move.effect > 0 else "costs"
        parts.append(
            f"“{move.title}” {side} {abs(move.effect):.2f} alone (rank {rank.get('text', '?')} by "
            f"text, {rank.get('image', '?')} by photo, {rank[fused]} fused)."
        )
    if replayed and replayed.at_best - both >= 0.05:
        parts.append(f"A weight of text of {replayed.best:g} would give {replayed.at_best:.2f}.")
    return " ".join(parts)
