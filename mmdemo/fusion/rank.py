"""Fuse two lists by rank alone. Knows no model, index or file."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest

from mmdemo.records import Hit

RRF_K = 60  # Cormack et al., SIGIR 2009
RRF_DEPTH = 1000  # of each list; products below count as not found


class ReciprocalRank:
    """Reciprocal rank fusion (Cormack et al. 2009), weighted: `2w/(k+r_t) + 2(1−w)/(k+r_v)`.

    At w = 0.5 it is the published rule.
    """

    name = "fused-rrf"

    def merge(
        self, text: Sequence[str], image: Sequence[str], weight: float, *, depth: int | None = None
    ) -> list[Hit]:
        """Merge two lists of product ids; equal scores in product_id order."""
        text_parts = _parts(text, 2 * weight)
        image_parts = _parts(image, 2 * (1 - weight))
        found = text_parts.keys() | image_parts.keys()
        scored = [(-text_parts.get(p, 0.0) - image_parts.get(p, 0.0), p) for p in found]
        best = nsmallest(len(scored) if depth is None else depth, scored)
        return [
            Hit(p, rank, -score, text_parts.get(p, 0.0), image_parts.get(p, 0.0))
            for rank, (score, p) in enumerate(best, start=1)
        ]


def _parts(products: Sequence[str], weight: float) -> dict[str, float]:
    """What a list adds; one of weight 0 has no say, not even in what is listed."""
    if not weight:
        return {}
    return {p: weight / (RRF_K + rank) for rank, p in enumerate(products[:RRF_DEPTH], start=1)}
