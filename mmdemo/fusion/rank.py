"""Fuse two lists by rank alone. Knows no model, index or file."""

from __future__ import annotations

from collections.abc import Sequence

from mmdemo.records import Hit

RRF_K = 60  # Cormack et al., SIGIR 2009
RRF_DEPTH = 1000  # of each list; products below count as not found


class ReciprocalRank:
    """Reciprocal rank fusion (Cormack et al. 2009), weighted: `2w/(k+r_t) + 2(1−w)/(k+r_v)`.

    At w = 0.5 it is the published rule.
    """

    name = "fused-rrf"

    def merge(self, text: Sequence[Hit], image: Sequence[Hit], weight: float) -> list[Hit]:
        """Merge two lists, best first; equal scores in product_id order."""
        text_parts = {h.product_id: 2 * weight / (RRF_K + h.rank) for h in text}
        image_parts = {h.product_id: 2 * (1 - weight) / (RRF_K + h.rank) for h in image}
        # A list of weight 0 has no say, not even in what is listed.
        found = {p for p, part in (text_parts | image_parts).items() if part} | {
            p for p, part in text_parts.items() if part
        }
        scored = [(text_parts.get(p, 0.0) + image_parts.get(p, 0.0), p) for p in found]
        scored.sort(key=lambda item: (-item[0], item[1]))
        return [
            Hit(p, rank, score, text_parts.get(p, 0.0), image_parts.get(p, 0.0))
            for rank, (score, p) in enumerate(scored, start=1)
        ]
