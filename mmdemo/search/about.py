"""Say what each ranker is, for people. Knows no vector and no query."""

from __future__ import annotations

from dataclasses import dataclass

from mmdemo.fusion import LINEAR_RULES, RANK_RULES, RRF_K
from mmdemo.search.runs import PREFIX

AT = "@"  # `text@summer`: the ranker `text` of the index called summer


@dataclass(frozen=True, slots=True)
class RankerInfo:
    """A ranker as a person chooses it.

    Attributes:
        name: what it is asked for by.
        label: its name for people.
        about: one plain sentence.
        weighted: whether the weight of text changes its ranking.
        index: name of the index it ranks by; empty for the one that is served, and for a run.
        unavailable: why it cannot be asked; empty if it can.
    """

    name: str
    label: str
    about: str
    weighted: bool
    index: str = ""
    unavailable: str = ""


_TEXTS = {
    "bm25": ("Words (BM25)", "Counts shared words as most shop searches do."),
    "text": ("Text only", "Compares the query with the product's text by meaning."),
    "image": ("Image only", "Compares the query with the product's photo."),
    "fused": ("Fused", "Adds text and photo cosines by the weight of text."),
    "fused-centered": (
        "Fused, centered",
        "Adds the two after taking off each half's mean, which closes the gap between them.",
    ),
    "fused-zscore": (
        "Fused, z-scores",
        "Adds the two after bringing both to the same mean and spread for each query.",
    ),
    "fused-minmax": (
        "Fused, min–max",
        "Adds the two after stretching both to 0 … 1 for each query.",
    ),
    "fused-rrf": (
        "Fused by rank",
        f"Merges the text and the image list by rank alone (reciprocal rank fusion, k = {RRF_K}).",
    ),
    "fused-mlp": (
        "Learned: MLP",
        "Ranks by one vector a product, made of its text and photo by a plain network (an MLP).",
    ),
    "fused-gate": (
        "Learned: gate",
        "Ranks by one vector a product; a network learned how much of text and photo to take.",
    ),
    "fused-attention": (
        "Learned: attention",
        "Ranks by one vector a product; a network lets its text and photo look at each other.",
    ),
    "fused-moe": (
        "Learned: experts",
        "Ranks by one vector a product, made of its text and photo by a mixture of experts.",
    ),
}


def about(name: str, *, unavailable: str = "") -> RankerInfo:
    """What the ranker called `name` is."""
    if name.startswith(PREFIX):
        run = name.removeprefix(PREFIX)
        return RankerInfo(
            name, run, "A ranking that was brought, such as what production returns.", False
        )
    own, _, index = name.partition(AT)
    label, sentence = _TEXTS[own]
    if index:
        label, sentence = f"{label} · {index}", f"{sentence} By the index {index!r}."
    weighted = own in LINEAR_RULES or own in RANK_RULES
    return RankerInfo(name, label, sentence, weighted, index, unavailable)
