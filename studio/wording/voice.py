"""What makes a seller's voice: word order, what is told, how facts are strung. Knows no product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """One way to write.

    Titles and lines are templates. Slots: `{kind}`, `{brand}`, `{series}`, `{use}`, `{look}` (the
    adjectives that the title tells, maybe none), `{material}`, `{color}`, `{pattern}`, `{form}`,
    `{style}`, `{accent}`, `{size}`, `{fact}`.

    Attributes:
        titles: templates of a title; one with a slot is used only if there is something to fill it.
        opening: first lines, `use` among their slots.
        says: attribute → lines that tell it.
        facts: how facts are strung: list, bullets, sheet, sentences, commas or questions.
        subject: how sentences about facts begin.
        closing: last lines.
        title_rates: attribute → share of titles that tell it.
        rates: attribute → share of descriptions that tell it.
        facts_told: share of the facts that descriptions tell.
        title_fact: share of titles that name a fact.
        bare: share of products without description.
        case: how it is cased: as is, lower, title capitals, or loud (some words in capitals).
        british: spelling.
        order: the parts of a description in their order.
        weight: how many of the shop's sellers write so.
    """

    name: str
    titles: Lines
    opening: Lines
    says: Mapping[str, Lines]
    facts: str
    closing: Lines
    subject: Lines = ("It",)
    title_rates: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    facts_told: float = 0.85
    title_fact: float = 0.1
    bare: float = 0.1
    case: str = "as is"
    british: bool = False
    order: Lines = ("opening", "looks", "facts", "closing")
    weight: int = 2
