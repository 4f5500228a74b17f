"""Split the queries by what they ask and what answers them. Knows no engine and no page.

Facets of a query: its length, the columns of the topics file (as family), and of the products
graded highest for it their category, whether they have a photo, how long their titles are, whether
the query's words are in them, and their price.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from mmdemo.analyze.comparisons import few, gains_of
from mmdemo.analyze.study import Options, Study
from mmdemo.evaluate.evaluation import Evaluation
from mmdemo.evaluate.randomization import corrected, randomization_p
from mmdemo.evaluate.significance import Interval, mean_intervals
from mmdemo.records import Product

MANY_VALUES = 20  # a column with more than these is no grouping but a text or an id
SPARSE_WORDS = 4  # a title below this leaves out what a shopper asks for
SMALL = 30  # queries; below, an interval spans most differences that occur

Facets = Mapping[str, Mapping[str, str]]  # facet to topic id to value


@dataclass(frozen=True, slots=True)
class Segment:
    """The comparison on the queries of one kind.

    Attributes:
        queries: judged ones that both rankers answered.
        means: of every ranker over those of them that it answered.
        interval: of the mean gain of the candidate over the baseline; None without queries.
        p_corrected: of its randomization test, corrected for all segments.
        shown: whether test and interval both say that there is a difference.
        note: what has to be said of its size; empty if nothing.
    """

    facet: str
    value: str
    queries: int
    means: Mapping[str, float]
    interval: Interval
    p_corrected: float
    shown: bool
    note: str = ""


def facets(study: Study) -> dict[str, dict[str, str]]:
    """Say of each judged query what it is, facet by facet; a facet with one value is left out."""
    found: dict[str, dict[str, str]] = {}
    for name, by_topic in study.facets.items():
        if len(set(by_topic.values())) <= MANY_VALUES:
            found[name] = {t: by_topic[t] for t in study.judged if by_topic.get(t)}
    found["query length"] = {t: _length(study.queries[t].text) for t in study.judged}
    answers = {topic: _answers(study, topic) for topic in study.judged}
    answers = {topic: products for topic, products in answers.items() if products}
    if answers:
        rules: dict[str, Callable[[str, Sequence[Product]], str]] = {
            "category": lambda _, products: _commonest(p.category for p in products),
            "photo": lambda _, products: _photo(products),
            "title": lambda _, products: _title(products),
            "query words": lambda topic, products: _words(study.queries[topic].text, products),
            "price": _price_rule(study),
        }
        for name, rule in rules.items():
            values = {topic: rule(topic, products) for topic, products in answers.items()}
            found[name] = {topic: value for topic, value in values.items() if value}
    return {name: values for name, values in found.items() if len(set(values.values())) > 1}


def segments(
    study: Study, evaluation: Evaluation, found: Facets, options: Options
) -> tuple[Segment, ...]:
    """Compare candidate and baseline on each segment; facets in order, large segments first."""
    contest = study.contest(options)
    if contest is None:
        return ()
    main = evaluation.measures[0]
    answered = study.answered(*contest)
    cut: list[Segment] = []
    p_values: list[float] = []
    for facet, by_topic in found.items():
        groups: dict[str, list[str]] = defaultdict(list)
        for topic in answered:
            if topic in by_topic:
                groups[by_topic[topic]].append(topic)
        for value, topics in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
            gains = gains_of(evaluation.per_query, contest, main, tuple(topics))
            (interval,) = mean_intervals(gains, resamples=options.resamples, seed=options.seed)
            p_values.append(float(randomization_p(gains, seed=options.seed)[0]))
            means = {}
            for ranker, by_measure in evaluation.per_query.items():
                own = [by_measure[main][t] for t in topics if t in by_measure[main]]
                if own:
                    means[ranker] = float(np.mean(own))
            note = few(len(topics)) or (
                f"{len(topics)} queries: small, read with care" if len(topics) < SMALL else ""
            )
            cut.append(
                Segment(facet, value, len(topics), means, interval, 1.0, shown=False, note=note)
            )
    return tuple(
        replace(
            segment,
            p_corrected=p_value,
            shown=p_value < options.level and segment.interval.excludes_zero,
        )
        for segment, p_value in zip(cut, corrected(p_values, options.correction), strict=True)
    )


def worse_on(cut: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments whose whole interval is below zero, large ones first; nothing is corrected."""
    found = [s for s in cut if s.interval.excludes_zero and s.interval.mean < 0]
    return tuple(sorted(found, key=lambda s: (-s.queries, s.interval.mean)))


def _answers(study: Study, topic: str) -> list[Product]:
    """The known products that are graded highest for a query, if any is relevant."""
    judged = study.qrels[topic]
    best = max(judged.values())
    if best <= 0:
        return []
    ids = (product for product, grade in judged.items() if grade == best)
    return [study.products[product] for product in ids if product in study.products]


def _length(text: str) -> str:
    count = len(text.split())
    if count == 0:
        return "photo only"
    for most, name in ((1, "1 word"), (2, "2 words"), (3, "3 words"), (5, "4 to 5 words")):
        if count <= most:
            return name
    return "6 words or more"


def _commonest(values: object) -> str:
    counts = Counter(value for value in values if value)  # type: ignore[attr-defined]
    return max(sorted(counts), key=counts.__getitem__) if counts else ""


def _photo(products: Sequence[Product]) -> str:
    return "some answers without photo" if any(not p.images for p in products) else "all with photo"


def _title(products: Sequence[Product]) -> str:
    words = median(len(product.title.split()) for product in products)
    return f"sparse, under {SPARSE_WORDS} words" if words < SPARSE_WORDS else "told in words"


def _words(query: str, products: Sequence[Product]) -> str:
    """Whether titles say what the query says, by its words."""
    asked = set(re.findall(r"\w+", query.casefold()))
    if not asked:
        return ""
    titles = (set(re.findall(r"\w+", product.title.casefold())) for product in products)
    share = float(np.mean([len(asked & title) / len(asked) for title in titles]))
    if share >= 0.75:
        return "in the answers' titles"
    return "partly in the titles" if share >= 0.4 else "hardly in the titles"


def _price_rule(study: Study) -> Callable[[str, Sequence[Product]], str]:
    """Bands that cut the known products' prices in thirds; prices of one currency only."""
    priced = [product.price for product in study.products.values() if product.price]
    currency = _commonest(price.currency or "?" for price in priced)
    amounts = [price.amount for price in priced if (price.currency or "?") == currency]
    if len(set(amounts)) < 3:
        return lambda _, products: ""
    low, high = np.quantile(amounts, (1 / 3, 2 / 3)).tolist()
    unit = "" if currency == "?" else f" {currency}"

    def band(_: str, products: Sequence[Product]) -> str:
        own = [
            p.price.amount for p in products if p.price and (p.price.currency or "?") == currency
        ]
        if not own:
            return ""
        middle = median(own)
        if middle <= low:
            return f"low, to {low:,.0f}{unit}"
        return f"high, above {high:,.0f}{unit}" if middle > high else "middle"

    return band
