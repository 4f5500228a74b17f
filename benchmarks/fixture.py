"""A catalog of drawn photos and small towers to measure with. Knows no measurement."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import save

from mmdemo.catalog import Catalog, import_catalog
from mmdemo.files import write_bytes

_WORDS = """
red blue green black white striped checked dotted plain oak steel linen velvet ceramic glass mug
bowl plate vase lamp chair stool table shelf cushion rug clock planter tray box basket
"""
WORDS = _WORDS.split()


def make_photos(folder: Path, count: int, *, seed: int = 0) -> None:
    """Write JPEG photos of 480 x 640 pixels with as much detail as a product photo has."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for i in range(count):
        coarse = rng.integers(0, 256, (12, 9, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((480, 640), Image.Resampling.BICUBIC).save(
            folder / f"{i}.jpg", quality=88
        )


def make_catalog(directory: Path, *, products: int, photos: int, seed: int = 0) -> Catalog:
    """A catalog of invented titles; the first `photos` products have a photo each."""
    if (directory / "catalog.json").is_file():
        return Catalog.open(directory)
    source = directory / "source"
    make_photos(source / "photos", photos, seed=seed)
    rng = np.random.default_rng(seed)
    with (source / "products.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "image"])
        for i in range(products):
            title = " ".join(rng.choice(WORDS, size=int(rng.integers(4, 12))))
            writer.writerow([f"{i:06d}", f"{title} {i}", f"{i}.jpg" if i < photos else ""])
    return import_catalog(source / "products.csv", directory, images=source / "photos")[0]


def make_model(folder: Path, *, image_tower: str = "convnext_atto", size: int = 128) -> str:
    """An untrained open_clip model of the size that `mmdemo train` makes; returns its SPEC.

    Its text tower is a 6-layer transformer of width 384, as MiniLM-L6 is.
    """
    if not (folder / "open_clip_config.json").is_file():
        torch.manual_seed(0)
        config = {
            "embed_dim": 384,
            "custom_text": True,
            "vision_cfg": {
                "timm_model_name": image_tower,
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "linear",
                "image_size": size,
            },
            "text_cfg": {
                "context_length": 32,
                "vocab_size": 49408,
                "width": 384,
                "heads": 6,
                "layers": 6,
            },
        }
        arguments = {k: v for k, v in config.items() if k != "custom_text"}
        model = open_clip.CustomTextCLIP(**arguments)
        write_bytes(folder / "open_clip_model.safetensors", save(model.state_dict()))
        write_bytes(
            folder / "open_clip_config.json",
            json.dumps({"model_cfg": config, "preprocess_cfg": {}}).encode(),
        )
    return f"local-dir:{folder}"
