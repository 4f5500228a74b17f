"""`mmdemo catalog`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_tells_what_is_in_a_catalog(run: Run, shop: Path, model: Path) -> None:
    outcome = run("catalog", shop)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith("shop: 12 products, id ")
    assert "filled       title 12, description 12, brand 0, category 0, price 0, images 10" in lines
    assert lines[-1].startswith(f"index default (served): local-dir:{model}, 12 products, 20")


def test_as_json(run: Run, catalog: Path) -> None:
    outcome = run("catalog", catalog, "--json")
    facts = json.loads(outcome.out)
    assert (facts["products"], facts["without_photo"]["products"]) == (12, 2)
    assert facts["without_photo"]["examples"] == ["cup-white", "lamp-white"]
    assert facts["indexes"] == []


def test_mistakes(run: Run, tmp_path: Path, assert_mistake: Callable[..., None]) -> None:
    assert_mistake(run("catalog", tmp_path), "holds no catalog", "mmdemo import")
