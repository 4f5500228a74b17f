"""The records that modules hand to each other. Knows no model, file, table or page.

All are frozen: a module that wants to change one makes another with `dataclasses.replace`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in a currency.

    Attributes:
        amount: in the currency's main unit, not negative.
        currency: ISO 4217 code such as ``EUR``; empty where the source names none.
    """

    amount: float
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """One sellable item of a catalog.

    Attributes:
        product_id: unique in its catalog, never empty.
        images: keys of its photos in the catalog (content hashes), best first; empty if none.
        attributes: every further column of the source, in its order.
    """

    product_id: str
    title: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    price: Price | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()


def normalize_query_text(text: str) -> str:
    """Fold what a shopper would call the same words: Unicode form, case and spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


@dataclass(frozen=True, slots=True)
class Query:
    """What a shopper asks: words, a photo, or both.

    Attributes:
        text: the words; may be empty if there is an image.
        image: the bytes of an encoded photo (JPEG, PNG, WebP …), or None.
    """

    text: str = ""
    image: bytes | None = field(default=None, repr=False)

    @property
    def query_id(self) -> str:
        """16 hex digits that name this query everywhere: normalized words and image bytes."""
        words = normalize_query_text(self.text)
        digest = hashlib.sha256(words.encode("utf-8", "surrogatepass"))
        if self.image is not None:
            digest.update(b"\0" + hashlib.sha256(self.image).digest())
        return digest.hexdigest()[:16]

    @property
    def photo_key(self) -> str:
        """SHA-256 of the photo's bytes, which it is kept and asked for by; empty without one."""
        return "" if self.image is None else hashlib.sha256(self.image).hexdigest()


@dataclass(frozen=True, slots=True)
class Topic:
    """A query of an evaluation set under the id that its qrels and runs use (TREC's "topic").

    Attributes:
        split: the part of its set that it is in, such as ``train`` or ``test``; empty if none.
    """

    topic_id: str
    query: Query
    split: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A product at its place in a ranking.

    Attributes:
        rank: 1 is best.
        score: higher is better; comparable within one ranking only.
        text_part: what the text tower gave to the score, or None if the ranker has no such part.
        image_part: what the image tower gave. Where both are set they add up to the score.
    """

    product_id: str
    rank: int
    score: float
    text_part: float | None = None
    image_part: float | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranker's ordered hits for one query.

    Attributes:
        hits: ranks 1, 2, 3 … without gaps.
        missing: why the ranker has no answer for this query; empty if it has one. A ranking
            that is missing is not the same as one that found nothing.
    """

    ranker: str
    query_id: str
    hits: tuple[Hit, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Judgment:
    """One event: a judge graded a product for a query, or took a grade back.

    Events are never changed. A correction or an undo is a new event that names the one it
    supersedes.

    Attributes:
        client_event_id: made by the client, unique; a retry carries the same one.
        campaign: the campaign it was given in; ``open/<catalog id>`` for the search page.
        judge: who graded.
        query_id: `Query.query_id`.
        query_text: the words as typed, so that an export can be read.
        product_id: the graded product.
        question: what was asked of the judge.
        repeat: 0, or the how-manieth hidden repeat of the pair.
        grade: relevance, 0 to 3 on the ESCI scale; None takes the grade back.
        supersedes: `client_event_id` of the event this one replaces, if the client knew of one.
        blind: False if the judge could see which ranker found the product.
        clicked_at: when the judge acted, by the client's clock (UTC).
        context: what was on the screen (rankers, weight, rank …), for later analysis.
    """

    client_event_id: str
    campaign: str
    judge: str
    query_id: str
    query_text: str
    product_id: str
    grade: int | None
    clicked_at: datetime
    question: str = "relevance"
    repeat: int = 0
    supersedes: str | None = None
    blind: bool = False
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredJudgment:
    """A judgment after the store has committed it.

    Attributes:
        sequence: its place in the event table, rising.
        received_at: when it was committed, by the server's clock (UTC).
    """

    judgment: Judgment
    sequence: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """One event: somebody tagged or explained what a query, or a product for it, shows.

    Events are never changed; as with judgments, a correction names the one it supersedes.

    Attributes:
        client_event_id: made by the client, unique; a retry carries the same one.
        scope: what the note belongs to, such as a catalog's name.
        author: who wrote it.
        query_id: the query's id, as the analysis names it.
        query_text: the words as typed, so that an export can be read.
        product_id: the product, or empty for the query as a whole.
        tags: short names of what is wrong or right.
        comment: free text. With neither tag nor comment the note is taken back.
        supersedes: `client_event_id` of the event this one replaces, if the client knew of one.
        clicked_at: when it was written, by the client's clock (UTC).
    """

    client_event_id: str
    scope: str
    author: str
    query_id: str
    query_text: str
    clicked_at: datetime
    product_id: str = ""
    tags: tuple[str, ...] = ()
    comment: str = ""
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note after the store has committed it.

    Attributes:
        sequence: its place in the event table, rising.
        received_at: when it was committed, by the server's clock (UTC).
    """

    note: Note
    sequence: int
    received_at: datetime
