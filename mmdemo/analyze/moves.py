"""Say which products make the difference between two lists, and why. Knows no engine or page.

The difference of two lists' nDCG@k for one query is a sum over products: each adds its grade
times the change of its discount, over the ideal gain. So every product's share in it is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from mmdemo.evaluate.gains import discounts, ideal_gain
from mmdemo.records import Hit, Ranking


@dataclass(frozen=True, slots=True)
class Move:
    """A product that stands elsewhere in the fused list than in the one it is held against.

    Attributes:
        grade: None if it is not judged.
        ranks: ranker to rank; None where it is not in that list.
        effect: what it adds to the difference of nDCG@k.
        text_part, image_part: of its fused score; None where it is not in the fused list.
        why: what moved it, in words.
        reasons: judges' reasons for its grade.
    """

    product_id: str
    title: str
    grade: int | None
    ranks: Mapping[str, int | None]
    effect: float
    text_part: float | None
    image_part: float | None
    why: str
    reasons: tuple[str, ...] = ()


def moves(
    lists: Mapping[str, Ranking],
    grades: Mapping[str, int],
    *,
    fused: str,
    against: str,
    depth: int,
    title: Callable[[str], str],
    reasons: Mapping[str, tuple[str, ...]],
    most: int = 12,
) -> tuple[Move, ...]:
    """Products of either first k that moved, the largest effect first, then the longest way.

    Args:
        lists: the query's rankings by ranker, with `fused` and `against` among them.
        grades: product id to grade for the query.
        title: what a product is called, by its id.
        reasons: product id to judges' reasons.
        most: how many to return.
    """
    places = {name: {h.product_id: h for h in ranking.hits} for name, ranking in lists.items()}
    ideal = ideal_gain(grades.values(), depth)
    weights = [0.0, *discounts(depth).tolist()]
    first = lists[fused].hits[:depth]
    typical = {part: _median(first, part) for part in ("text_part", "image_part")}
    found = []
    for product in dict.fromkeys(
        h.product_id for n in (fused, against) for h in lists[n].hits[:depth]
    ):
        hit, other = places[fused].get(product), places[against].get(product)
        now, before = (h.rank if h is not None else None for h in (hit, other))
        if now == before:
            continue
        counts = [weights[r] if r is not None and r <= depth else 0.0 for r in (now, before)]
        grade = grades.get(product)
        effect = max(grade or 0, 0) * (counts[0] - counts[1]) / ideal if ideal else 0.0
        move = Move(
            product,
            title(product),
            grade,
            {name: h.rank if (h := by_id.get(product)) else None for name, by_id in places.items()},
            effect,
            hit.text_part if hit else None,
            hit.image_part if hit else None,
            _why(hit, before, against, typical),
            reasons.get(product, ()),
        )
        way = abs((now or 1000) - (before or 1000))
        found.append((-abs(effect), -way, product, move))
    return tuple(move for *_, move in sorted(found, key=lambda entry: entry[:3])[:most])


def _why(
    hit: Hit | None, before: int | None, against: str, typical: Mapping[str, float | None]
) -> str:
    if hit is None:
        return "not in the fused list"
    text, image = typical["text_part"], typical["image_part"]
    if hit.text_part is None or hit.image_part is None or text is None or image is None:
        return ""
    by_text, by_image = hit.text_part - text, hit.image_part - image
    rose = before is None or hit.rank < before
    name, gap = (
        ("photo", by_image) if _stronger(by_image, by_text, rose=rose) else ("text", by_text)
    )
    side = "above" if gap > 0 else "below"
    verb = "rose" if rose else "fell"
    return (
        f"{verb} against {against}: its {name} part is {abs(gap):.3f} {side} that of the first ones"
    )


def _stronger(one: float, other: float, *, rose: bool) -> bool:
    return one >= other if rose else one <= other


def _median(hits: tuple[Hit, ...], part: str) -> float | None:
    values = [value for hit in hits if (value := getattr(hit, part)) is not None]
    return median(values) if values else None
