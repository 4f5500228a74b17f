import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.errors import CatalogError
from mmdemo.records import Product
from mmdemo.towers.openclip import photo_resizer
from mmdemo.train.photos import PixelArray, load_pixels, to_float, vary


def load(catalog: Catalog, photos: list[str], size: tuple[int, int], path: Path) -> PixelArray:
    resize = photo_resizer({"resize_mode": "squash"}, size)
    return load_pixels(catalog, photos, resize=resize, size=size, path=path)


def test_photos_are_decoded_to_the_size_in_their_order(tmp_path: Path) -> None:
    keys = []
    for i in range(9):
        buffer = io.BytesIO()
        Image.new("RGB", (30, 20), (i, 2 * i, 255)).save(buffer, "PNG")
        keys.append(keep_photo(tmp_path, buffer.getvalue()))
    catalog = write_catalog(tmp_path, [Product("p")])
    order = keys[::-1]
    pixels = load(catalog, order, (16, 24), tmp_path / "work" / "pixels.npy")
    assert pixels.shape == (9, 16, 24, 3)
    assert pixels.dtype == np.uint8
    assert pixels[:, 5, 5].tolist() == [[i, 2 * i, 255] for i in range(9)][::-1]
    assert isinstance(pixels, np.memmap), "it may be larger than memory"


def test_photos_are_decoded_once(tmp_path: Path) -> None:
    path = tmp_path / "pixels.npy"
    np.save(path, np.full((1, 16, 16, 3), 7, np.uint8))
    assert (load(write_catalog(tmp_path, [Product("p")]), ["gone"], (16, 16), path) == 7).all()


def test_a_photo_that_is_gone_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "shop", [Product("p")])
    with pytest.raises(CatalogError, match=r"photo 'f+' is not in catalog shop; run `mmdemo"):
        load(catalog, ["f" * 32], (16, 16), tmp_path / "pixels.npy")
    assert not (tmp_path / "pixels.npy").exists()


def test_normalization_by_hand() -> None:
    pixels = np.array([0, 51, 255], dtype=np.uint8).reshape(1, 1, 1, 3)
    batch = to_float(pixels, (0.5, 0.5, 0.0), (0.5, 0.25, 1.0))
    assert batch.shape == (1, 3, 1, 1)
    np.testing.assert_allclose(batch.flatten().numpy(), [-1, (0.2 - 0.5) / 0.25, 1], rtol=1e-6)


def test_variants_are_crops_and_mirrors_of_the_same_color() -> None:
    # Brightness rises from left to right, the second channel from top to bottom.
    ramp = torch.linspace(0, 1, 64)
    image = torch.stack([ramp.expand(64, 64), ramp[:, None].expand(64, 64), torch.ones(64, 64)])
    varied = vary(image.expand(200, -1, -1, -1), torch.Generator().manual_seed(0))
    assert varied.shape == (200, 3, 64, 64)
    assert torch.allclose(varied[:, 2], torch.ones(()))
    across = varied[:, 0, 32, -1] - varied[:, 0, 32, 0]
    down = varied[:, 1, -1, 32] - varied[:, 1, 0, 32]
    assert (down > 0).all(), "never upside down"
    assert 60 < int((across < 0).sum()) < 140, "half are mirrored"
    for span in (across.abs(), down):
        assert 0.7 < float(span.min()) < 0.8, "at least three quarters of a side are seen"
        assert 0.95 < float(span.max()) <= 1


def test_variants_are_drawn_by_the_generator() -> None:
    image = torch.rand(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    one, two, other = (vary(image, torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
