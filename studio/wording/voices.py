"""Read the voices of the shop's sellers from ``voices.toml``. Knows no product."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from studio.wording.voice import Voice


def _read() -> dict[str, Voice]:
    with (Path(__file__).parent / "voices.toml").open("rb") as file:
        return {name: _voice(name, table) for name, table in tomllib.load(file).items()}


def _voice(name: str, table: dict[str, Any]) -> Voice:
    entries: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    entries["says"] = {key: tuple(lines) for key, lines in table["says"].items()}
    return Voice(name=name, **entries)


VOICES = _read()
"""Name → voice."""
