"""What the demo tells of the shop: every example can be asked, and none is a test query."""

from __future__ import annotations

import csv
from pathlib import Path

from mmdemo.catalog import Catalog
from mmdemo.web.api.about import About
from mmdemo.web.api.examples import examples_of
from mmdemo.web.photos import QueryPhotos

SHOP = Path(__file__).parents[2] / "assets" / "shop"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_has_a_story_and_can_be_asked(tmp_path: Path) -> None:
    examples, notes = examples_of(Catalog(SHOP), QueryPhotos(tmp_path))
    assert notes == []
    assert 6 <= len(examples) == len(rows(SHOP / "examples.csv")) <= 10
    assert all(example.story for example in examples)
    assert any(example.photo for example in examples)


def test_no_example_is_a_test_query() -> None:
    asked = {(row["query"], row["photo"]) for row in rows(SHOP / "queries" / "test.csv")}
    shown = {
        (row["query"], row["photo"].removeprefix("queries/")) for row in rows(SHOP / "examples.csv")
    }
    assert not asked & shown


def test_every_family_is_explained() -> None:
    about = About.model_validate_json((SHOP / "about.json").read_bytes())
    families = {row["family"] for row in rows(SHOP / "queries" / "test.csv")}
    assert set(about.families) == families | {"in words"}
    assert "made up" in about.text[0]  # said first
