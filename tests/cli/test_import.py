"""`mmdemo import`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mmdemo.catalog import Catalog

Run = Callable[..., Any]


def test_reads_products_and_photos(run: Run, source: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    outcome = run(
        "import", source / "products.csv", "--images", source / "photos", "--catalog", shop
    )
    assert (outcome.status, outcome.err) == (0, "")
    assert str(shop / "import_report.json") in outcome.out
    catalog = Catalog.open(shop)
    assert len(catalog) == 12
    assert catalog.get("cup-red").title == "red cup"
    assert sum(bool(product.images) for product in catalog) == 10
    assert json.loads((shop / "import_report.json").read_bytes())["products"] == 12


def test_photos_are_optional(run: Run, source: Path, tmp_path: Path) -> None:
    assert run("import", source / "products.csv", "--catalog", tmp_path / "shop").status == 0
    assert not any(product.images for product in Catalog.open(tmp_path / "shop"))


def test_mistakes(run: Run, tmp_path: Path, assert_mistake: Callable[..., None]) -> None:
    absent = tmp_path / "absent.csv"
    assert_mistake(run("import", absent, "--catalog", tmp_path / "shop"), str(absent))
    (tmp_path / "empty.csv").write_text("id,title\n")
    outcome = run("import", tmp_path / "empty.csv", "--catalog", tmp_path / "shop")
    assert_mistake(outcome, "no usable product")
