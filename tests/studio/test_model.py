"""The pack as a catalog to train on."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.train import RecipeConfig
from mmdemo.train.config import read_config
from studio import model


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two products, a photo each, in two archives."""
    folder = tmp_path / "assets" / "pack"
    folder.mkdir(parents=True)
    rows = []
    for number, color in enumerate(("red", "blue")):
        product_id = f"MUG-{number}"
        content = io.BytesIO()
        Image.new("RGB", (16, 16), color).save(content, "WEBP")
        with tarfile.open(folder / f"images-{number}.tar", "w") as archive:
            member = tarfile.TarInfo(f"{product_id}.webp")
            member.size = len(content.getvalue())
            archive.addfile(member, io.BytesIO(content.getvalue()))
        seen = {"kind": "mug", "color": color, "accent_part": "rim"}
        rows.append(
            {
                "product_id": product_id,
                "title": f"Mug {number}",
                "description": "",
                "caption": f"a {color} mug",
                "visible": seen | ({"pattern": "striped"} if number else {}),
            }
        )
    with gzip.open(folder / "texts.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    monkeypatch.setattr(model, "PACK", folder)
    return tmp_path


def test_what_is_seen_on_a_photo_becomes_attributes(pack: Path) -> None:
    catalog = model.pack_catalog(pack / "work")
    red, blue = catalog.products
    assert (red.product_id, red.title) == ("MUG-0", "Mug 0")
    assert dict(red.attributes) == {"kind": "mug", "color": "red", "caption": "a red mug"}
    assert blue.attributes["pattern"] == "striped"
    with Image.open(catalog.image_path(red.images[0])) as photo:
        pixel = photo.convert("RGB").getpixel((8, 8))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[2]
    assert model.pack_catalog(pack / "work").fingerprint == catalog.fingerprint, "it is kept"


def test_choices_are_a_recipe() -> None:
    config = RecipeConfig.from_json(read_config(model.CHOICES) | {"text_tower": "scratch"})
    assert config.half_weights
    assert config.fusion.networks == ("fused-moe",)
