"""The folder that `draw_sample` writes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import CatalogError
from mmdemo.sample import draw_sample

COLUMNS = "id,title,description,brand,category,price,currency,color,pattern,material,image"


def _files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    draw_sample(tmp_path / "one", count=40, seed=3)
    draw_sample(tmp_path / "two", count=40, seed=3)
    one, two = _files(tmp_path / "one"), _files(tmp_path / "two")
    assert one.keys() == two.keys()
    assert {name for name in one if one[name] != two[name]} == set()
    assert len(one) == 3 + 39  # three tables, and a photo of all but the 23rd product


def test_another_seed_and_prefix_give_other_products(tmp_path: Path) -> None:
    draw_sample(tmp_path / "one", count=26, seed=1)
    draw_sample(tmp_path / "two", count=26, seed=2, id_prefix="train-")
    one, two = _files(tmp_path / "one"), _files(tmp_path / "two")
    names = {name for name in one if name.startswith("images/")}
    assert names.isdisjoint(two)
    assert "images/train-0001.webp" in two
    photos = {content for name, content in one.items() if name in names}
    assert photos.isdisjoint(two.values())


def test_the_products_file(rows: list[dict[str, str]]) -> None:
    assert ",".join(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [f"P{n:04d}" for n in range(1, 157)]
    kinds = [row["category"] for row in rows]
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(kinds, 12)
    assert len(set(kinds)) == 13
    assert all(5 <= float(row["price"]) <= 500 for row in rows)
    assert {row["currency"] for row in rows} == {"USD"}
    assert [row["id"] for row in rows if not row["image"]] == ["P0023", "P0083", "P0143"]
    assert 1 <= sum(not row["description"] for row in rows) <= 10
    assert any(len(row["title"]) > 150 for row in rows)


def test_every_photo_decodes_and_shows_something(shop: Path, rows: list[dict[str, str]]) -> None:
    named = {shop / row["image"] for row in rows if row["image"]}
    assert named == set((shop / "images").iterdir())
    for path in named:
        with Image.open(path) as photo:
            assert (photo.format, photo.size) == ("WEBP", (320, 320))
            pixels = np.asarray(photo.convert("RGB"), np.float32)
        assert pixels[60:260, 60:260].std() > 8, path  # a wall alone has less than 4
        assert path.stat().st_size < 20_000


def test_drawing_again_replaces_the_shop_and_leaves_other_files_alone(tmp_path: Path) -> None:
    draw_sample(tmp_path / "fresh", count=4, seed=6)
    draw_sample(tmp_path / "used", count=4, seed=5)
    (tmp_path / "used" / "images" / "mine.webp").write_bytes(b"mine")
    draw_sample(tmp_path / "used", count=4, seed=6)
    fresh, used = _files(tmp_path / "fresh"), _files(tmp_path / "used")
    assert used == fresh | {"images/mine.webp": b"mine"}


def test_a_killed_job_leaves_no_products_file_beside_photos_of_another_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_sample(tmp_path, count=4, seed=5)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mmdemo.sample.shop.draw_product", killed)
    with pytest.raises(KeyboardInterrupt):
        draw_sample(tmp_path, count=4, seed=6)
    assert not (tmp_path / "products.csv").exists()


@pytest.mark.parametrize(
    ("count", "prefix", "message"),
    [(0, "P", "cannot be empty: got 0"), (3, "../x", "id prefix is not usable: got '../x'")],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, count: int, prefix: str, message: str
) -> None:
    with pytest.raises(CatalogError, match=message):
        draw_sample(tmp_path, count=count, id_prefix=prefix)
    assert list(tmp_path.iterdir()) == []
