"""A shop of four cups with a tiny random model, laid out as `assets/` is."""

import gzip
import json
from pathlib import Path

import pytest
from PIL import Image

COLORS = ("red", "green", "blue", "white")


@pytest.fixture
def assets(tmp_path: Path, tiny_model: Path) -> Path:
    """Everything a shop may have but vectors; `assets/model` is a link to a model."""
    shop = tmp_path / "assets" / "shop"
    for folder in (shop / "images", shop / "queries" / "photos", shop / "truth"):
        folder.mkdir(parents=True)
    (shop.parent / "model").symlink_to(tiny_model, target_is_directory=True)
    rows = [f"C-{n},{color} cup,{color}.png\n" for n, color in enumerate(COLORS)]
    (shop / "products.csv").write_text("product_id,title,image\n" + "".join(rows))
    for color in COLORS:
        Image.new("RGB", (40, 40), color).save(shop / "images" / f"{color}.png")
    Image.new("RGB", (40, 40), "navy").save(shop / "queries" / "photos" / "navy.png")
    (shop / "queries" / "test.csv").write_text(
        "query_id,query,photo,family,split\nq1,red cup,,seen,test\nq2,,photos/navy.png,photo,test\n"
    )
    with gzip.open(shop / "queries" / "test.qrels.gz", "wt") as file:
        file.write("q1 0 C-0 3\nq1 0 C-1 1\nq2 0 C-2 3\n")
    (shop / "examples.csv").write_text(
        "query,photo,story\nred cup,,Text alone is enough.\n,queries/photos/navy.png,A picture.\n"
    )
    (shop / "about.json").write_text(json.dumps({"title": "Cups", "text": ["Invented."]}))
    results = {"measure": "nDCG@10", "split": "test", "queries": 2, "text_weight": 0.35}
    (shop / "results.json").write_text(json.dumps(results))
    (shop / "truth" / "secret.txt").write_text("what no page may tell")
    return shop.parent
