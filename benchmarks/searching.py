"""What the engine adds to one query encoding and one raw FAISS call.

Both are timed in turn, query by query, so that a slow moment of the machine hits both.
"""

from __future__ import annotations

import time
from statistics import median

import faiss
import numpy as np

from benchmarks.fixture import WORDS
from mmdemo.index import ProductVectors
from mmdemo.records import Query
from mmdemo.search import SearchEngine
from mmdemo.towers import Towers

TOP_K = 20


def measure(
    engine: SearchEngine, towers: Towers, vectors: ProductVectors, *, queries: int = 200
) -> dict[str, float]:
    """Median milliseconds of text + image + fused, of the bare minimum, and of their ratio."""
    rng = np.random.default_rng(1)
    # Numbered, so that none is asked twice: the engine keeps the last encodings.
    texts = [f"{' '.join(rng.choice(WORDS, size=3))} {i}" for i in range(queries)]
    width = vectors.text.shape[1] + vectors.image.shape[1]
    index = faiss.IndexFlatIP(width)
    index.add(np.concatenate([vectors.text, vectors.image], axis=1))
    ours: list[float] = []
    bare: list[float] = []
    for number, text in enumerate(texts):

        def minimum(text: str = text) -> None:
            vector = towers.text.encode_texts([text])[0]
            zero = np.zeros_like(vector)
            rows = np.stack(
                [
                    np.concatenate([vector, zero]),
                    np.concatenate([zero, vector]),
                    np.concatenate([vector, vector]) / 2,
                ]
            )
            index.search(rows, TOP_K)

        def whole(text: str = text) -> None:
            engine.search(Query(text), rankers=("text", "image", "fused"), top_k=TOP_K)

        # In turn, and the first of the two in turn too.
        order = [(whole, ours), (minimum, bare)]
        for function, times in order if number % 2 else reversed(order):
            started = time.perf_counter()
            function()
            times.append(time.perf_counter() - started)
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    return {
        "three_lists_ms": 1000 * median(ours),
        "minimum_ms": 1000 * median(bare),
        "ratio": median(ratios),
    }
