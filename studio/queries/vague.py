"""Draft vague queries: moods, rooms, presents. Knows no split.

Every query has rules of its own, written by hand in ``vague.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from studio.queries.query import Draft
from studio.truth import Mood, Want


def read_moods(name: str) -> dict[str, Mood]:
    """Query → its rules, from a file beside this one."""
    with (Path(__file__).parent / name).open("rb") as file:
        tables = tomllib.load(file)
    return {text: _mood(table) for text, table in tables.items()}


def vague() -> Iterator[Draft]:
    """Each mood under a theme of its own."""
    for text, mood in read_moods("vague.toml").items():
        yield Draft(text, mood, theme=text)


def _mood(table: dict[str, list[dict[str, list[str] | dict[str, list[str]]]]]) -> Mood:
    return Mood(
        *(
            tuple(_want(rule) for rule in table.get(name, []))
            for name in ("delights", "does", "helps")
        )
    )


def _want(rule: dict[str, list[str] | dict[str, list[str]]]) -> Want:
    chosen = rule.get("chosen", {})
    words = {
        name: tuple(values) for name, values in rule.items() if name not in ("facts", "chosen")
    }
    named = (
        [(name, tuple(values)) for name, values in chosen.items()]
        if isinstance(chosen, dict)
        else []
    )
    return Want(**words, facts=(*rule.get("facts", ()), *named))
