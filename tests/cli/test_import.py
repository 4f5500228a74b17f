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


def test_columns_can_be_mapped(run: Run, source: Path, tmp_path: Path) -> None:
    outcome = run(
        "import", source / "products.csv", "--catalog", tmp_path / "shop",
        "--map", "title=description", "--map", "attribute=title", "--map", "ignore=image",
    )  # fmt: skip
    assert outcome.status == 0
    product = Catalog.open(tmp_path / "shop").get("cup-red")
    assert (product.title, product.attributes) == ("a cup for the table", {"title": "red cup"})
    assert "ignored: image (as asked)" in outcome.out.splitlines()


def test_a_dry_run_writes_nothing(run: Run, source: Path, tmp_path: Path) -> None:
    outcome = run("import", source / "products.csv", "--dry-run")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("products.csv: CSV, UTF-8, about 13 rows\n")
    assert outcome.out.endswith("\nNothing was written.\n")
    outcome = run("import", source / "products.csv", "--dry-run", "--catalog", tmp_path / "shop")
    assert outcome.status == 0
    assert list(tmp_path.iterdir()) == []


def test_importing_again_tells_what_changed(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "p.csv"
    source.write_text("id,title\na,Mug\nb,Bowl\nc,Vase\nd,Lamp\n")
    assert run("import", source, "--catalog", tmp_path / "shop").status == 0
    source.write_text("id,title\na,Mug\nb,Blue bowl\nd,Lamp\ne,Chair\n")
    outcome = run("import", source, "--catalog", tmp_path / "shop")
    assert "1 added, 1 changed, 1 removed, 2 unchanged" in outcome.out.splitlines()


def test_mistakes(run: Run, tmp_path: Path, assert_mistake: Callable[..., None]) -> None:
    absent = tmp_path / "absent.csv"
    assert_mistake(run("import", absent, "--catalog", tmp_path / "shop"), str(absent))
    (tmp_path / "empty.csv").write_text("id,title\n")
    outcome = run("import", tmp_path / "empty.csv", "--catalog", tmp_path / "shop")
    assert_mistake(outcome, "no usable product")
    for options in (["--map", "titel=name"], ["--map", "title=nam"], ["--encoding", "klingon"]):
        (tmp_path / "some.csv").write_text("id,name\n1,a\n")
        outcome = run("import", tmp_path / "some.csv", "--catalog", tmp_path / "no", *options)
        assert_mistake(outcome, "expected")
    assert_mistake(run("import", tmp_path / "some.csv"), "name one with --catalog DIR")
    assert not (tmp_path / "no").exists()
