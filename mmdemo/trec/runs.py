"""Write and read rankings as TREC runs that keep their order. Knows no measure or engine."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import numpy as np

from mmdemo.errors import EvaluationError
from mmdemo.files import write_bytes
from mmdemo.records import Hit, Ranking, Topic
from mmdemo.trec.lines import read_lines


def trec_id(plain: str) -> str:
    """Make an id one word of a TREC file: white space and '%' are percent-encoded, as UTF-8."""
    return re.sub(r"[\s%]", lambda found: quote(found[0], safe=""), plain)


def from_trec_id(word: str) -> str:
    """Undo `trec_id`; a word that it would not have written is an id of others and stays."""
    plain = unquote(word)
    return plain if trec_id(plain) == word else word


def run_scores(hits: Sequence[Hit]) -> dict[str, float]:
    """Give each product a score that falls strictly even as float32.

    trec_eval ignores ranks: it sorts by score as float32 and breaks ties by id. A score that
    does not fall below the one before it becomes the next smaller float32.

    Raises:
        EvaluationError: a score is not finite, or a product is there twice.
    """
    plain = np.fromiter((hit.score for hit in hits), np.float64, len(hits))
    with np.errstate(over="ignore", invalid="ignore"):
        singles = plain.astype(np.float32)
        falls = bool((singles[1:] < singles[:-1]).all() and np.isfinite(singles).all())
    scores: dict[str, float] = {}
    if falls:  # nearly always, and much faster
        scores = dict(zip((hit.product_id for hit in hits), singles.tolist(), strict=True))
        if len(scores) == len(hits):
            return scores
        scores = {}
    last = np.float32(np.inf)
    for hit in hits:
        if not abs(hit.score) <= float(np.finfo(np.float32).max):  # also catches nan
            raise EvaluationError(
                f"the score of product {hit.product_id} cannot be measured",
                got=hit.score,
                expected="a finite float32",
            )
        if hit.product_id in scores:
            raise EvaluationError(
                "a ranking has a product twice", got=hit.product_id, expected="one place each"
            )
        last = min(np.float32(hit.score), np.nextafter(last, np.float32(-np.inf)))
        scores[hit.product_id] = float(last)
    return scores


def to_run(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Convert to what ir_measures reads; rankings that are missing or empty are left out."""
    return {topic: run_scores(r.hits) for topic, r in rankings.items() if r.hits and not r.missing}


def write_run(path: Path, rankings: Mapping[str, Ranking]) -> None:
    """Write rankings (by topic id) as a TREC run, gzipped if the name ends in ``.gz``.

    The format has no line for a ranking that found nothing: when read again it is absent.
    """
    content = "".join(run_lines(rankings)).encode()
    # No time stamp: the same rankings give the same bytes.
    write_bytes(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def run_lines(rankings: Mapping[str, Ranking]) -> list[str]:
    """The lines of a TREC run, see `write_run`."""
    lines = []
    for topic_id, product_scores in to_run(rankings).items():
        topic, tag = trec_id(topic_id), trec_id(rankings[topic_id].ranker)
        for rank, (product_id, score) in enumerate(product_scores.items(), start=1):
            # Nine digits tell any two float32 apart.
            lines.append(f"{topic} Q0 {trec_id(product_id)} {rank} {score:.9g} {tag}\n")
    return lines


def read_run(path: Path) -> dict[str, tuple[Hit, ...]]:
    """Read a TREC run in the order that trec_eval gives it: score as float32, then id, falling.

    Raises:
        EvaluationError: a line is not ``topic Q0 product rank score tag``, or a pair is repeated.
    """
    found: dict[str, dict[str, float]] = {}
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            topic, _, product, _, text, _ = line.split()
            score = float(text)
            if not math.isfinite(score):
                raise ValueError
        except ValueError:
            raise EvaluationError(
                f"{path}, line {number} is not a hit",
                got=repr(line.strip()),
                expected="topic Q0 product rank score tag",
            ) from None
        scores = found.setdefault(from_trec_id(topic), {})
        if product in scores:
            raise EvaluationError(
                f"{path}, line {number} ranks a product again",
                got=f"{product} for topic {topic}",
                expected="one line per topic and product",
            )
        scores[product] = score
    return {topic: _as_trec_eval_sorts(scores) for topic, scores in found.items()}


def read_rankings(path: Path, name: str, topics: Sequence[Topic]) -> dict[str, Ranking]:
    """Read a TREC run as a ranker's rankings, by topic id; a topic that it lacks is absent.

    Raises:
        EvaluationError: the run cannot be read, or has none of the topics.
    """
    hits = read_run(path)
    rankings = {
        topic.topic_id: Ranking(name, topic.query.query_id, hits[topic.topic_id])
        for topic in topics
        if topic.topic_id in hits
    }
    if not rankings:
        raise EvaluationError(
            f"{path} has none of the queries",
            got=f"query ids such as {', '.join(list(hits)[:3]) or '(none)'}",
            expected=f"ids such as {', '.join(t.topic_id for t in topics[:3])}",
        )
    return rankings


def _as_trec_eval_sorts(scores: Mapping[str, float]) -> tuple[Hit, ...]:
    with np.errstate(over="ignore"):  # what is beyond float32 is infinite there too
        order = sorted(scores, key=lambda p: (np.float32(scores[p]), p.encode()), reverse=True)
    return tuple(
        Hit(from_trec_id(product), rank, scores[product])
        for rank, product in enumerate(order, start=1)
    )
