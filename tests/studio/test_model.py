"""The pack as a catalog to train on."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.towers.sentence import PREFIX
from mmdemo.train import RecipeConfig
from mmdemo.train.card import CARD_NAME
from mmdemo.train.config import read_config
from mmdemo.web.api.about_model import tower_json
from studio import model
from studio.manifest import ASSETS


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


def test_the_shipped_recipe_is_that_of_the_first_round_and_can_be_trained_by_others() -> None:
    values = read_config(ASSETS / "model" / "recipe.json")
    chosen = read_config(model.CHOICES) | {"text_tower": PREFIX + model.PARENT}
    assert RecipeConfig.from_json(values) == RecipeConfig.from_json(chosen)


def test_the_shipped_card_tells_both_rounds() -> None:
    told = json.loads((ASSETS / "model" / CARD_NAME).read_bytes())
    (first,) = told["ancestors"]
    assert first["recipe"] == read_config(ASSETS / "model" / "recipe.json")
    assert first["recipe"]["domain"]["epochs"] == 16
    assert told["recipe"]["domain"]["epochs"] == 0
    card = (ASSETS / "model" / "README.md").read_text(encoding="utf-8")
    assert "## Earlier rounds\n" in card
    about = tower_json(f"local-dir:{ASSETS / 'model'}")["made"]
    assert isinstance(about, dict)
    assert (about["text_tower"], about["image_tower"]) == (model.PARENT, "resnet10t")


def test_the_card_names_no_place_of_the_machine_that_trained_it(tmp_path: Path) -> None:
    parent, first, made = (tmp_path / name for name in ("MiniLM", "first", "made"))
    for folder in (parent, made):
        folder.mkdir()
    (parent / "model.safetensors").write_bytes(b"weights")
    spec, earlier = f"{PREFIX}{parent}", f"local-dir:{first}"
    (made / "README.md").write_text(f"# Model card\n\n- Text tower: began as `{spec}`\n")
    ancestor = {"parent": spec, "recipe": {"text_tower": spec}}
    card = {"parent": earlier, "recipe": {"text_tower": earlier}, "ancestors": [ancestor]}
    (made / CARD_NAME).write_text(json.dumps(card))
    model.tell_origin(made, RecipeConfig(text_tower=spec), first=first, parent=str(parent))
    named = f"st:{model.PARENT}"
    told = json.loads((made / CARD_NAME).read_bytes())
    assert told["parent"] == told["recipe"]["text_tower"] == "local-dir:build/model/first"
    assert told["ancestors"] == [{"parent": named, "recipe": {"text_tower": named}}]
    assert told["Text tower"]["sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert read_config(made / "recipe.json")["text_tower"] == named
    written = (made / "README.md").read_text()
    assert f"began as `{named}`" in written
    assert written.startswith(f"---\nlicense: apache-2.0\nbase_model: {model.PARENT}\n---\n")
    assert not [path for path in made.iterdir() if str(tmp_path) in path.read_text()]
