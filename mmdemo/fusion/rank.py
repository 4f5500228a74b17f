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
        self, text: Sequence[Hit], image: Sequence[Hit], weight: float, *, depth: int | None = None
    ) -> list[Hit]:
        """Merge two lists, best first; equal scores in product_id order."""
        text_parts = _parts(text, 2 * weight)
        image_parts = _parts(image, 2 * (1 - weight))
        found = text_parts.keys() | image_parts.keys()
        scored = [(-text_parts.get(p, 0.0) - image_parts.get(p, 0.0), p) for p in found]
        best = nsmallest(len(scored) if depth is None else depth, scored)
        return [
            Hit(p, rank, -score, text_parts.get(p, 0.0), image_parts.get(p, 0.0))
            for rank, (score, p) in enumerate(best, start=1)
        ]


def _parts(hits: Sequence[Hit], weight: float) -> dict[str, float]:
    """What a list adds; one of weight 0 has no say, not even in what is listed."""
    return {h.product_id: weight / (RRF_K + h.rank) for h in hits[:RRF_DEPTH]} if weight else {}
