from collections.abc import Callable
from pathlib import Path

from mmdemo.catalog import parse_mapping, preview_import

WriteCsv = Callable[..., Path]


def test_what_would_be_taken_from_where(tmp_path: Path, write_csv: WriteCsv) -> None:
    rows = [
        [
            f"mug-{i}",
            f"Mug {i}",
            "" if i else "<p>For tea</p>",
            "5 EUR",
            f"{i}.jpg",
            "red",
            "secret",
        ]
        for i in range(7)
    ]
    source = write_csv(
        ["Handle", "Title", "Body (HTML)", "Variant Price", "Image Src", "Tags", "Cost"],
        *rows,
    )
    before = sorted(tmp_path.rglob("*"))
    preview = preview_import(source, mapping=parse_mapping(["ignore=Cost"]))
    assert sorted(tmp_path.rglob("*")) == before, "nothing is written"
    assert [draft.product.product_id for draft in preview.samples] == [
        "mug-0",
        "mug-1",
        "mug-2",
        "mug-3",
        "mug-4",
    ]
    assert preview.looked_at == 7
    assert preview.filled["description"] == 1
    assert preview.filled["image"] == preview.filled["Tags"] == 7
    lines = preview.to_text().splitlines()
    assert lines[0] == "products.csv: CSV, UTF-8, about 8 rows, an export of Shopify"
    assert "title        Title  (filled in 7 of 7)" in lines
    assert "description  Body (HTML)  (filled in 1 of 7)" in lines
    assert "brand        –" in lines
    assert "attributes   Tags" in lines
    assert "ignored      Cost (as asked)" in lines
    start = lines.index("product 1 of row 2")
    assert lines[start + 1 : start + 8] == [
        "  product_id  mug-0",
        "  title       Mug 0",
        "  description For tea",
        "  price       5 EUR",
        "  photos      0.jpg",
        "  attributes  Tags: red",
        "  noted       HTML removed: description",
    ]
    assert lines[-1] == "Nothing was written."
