import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.records import Product
from mmdemo.train import AlignConfig, AlignResult, align

COLORS = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (40, 60, 220),
    "yellow": (240, 220, 40),
    "white": (250, 250, 250),
    "black": (10, 10, 10),
}
SHAPES = {
    "disc": (6, 6, 26, 26),
    "square": (6, 6, 26, 26),
    "post": (13, 2, 19, 30),
    "bar": (2, 13, 30, 19),
}
MakeConfig = Callable[..., AlignConfig]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> Iterator[None]:
    """No model hub, as HF_HUB_OFFLINE=1 says, and one thread, so that runs can be compared."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """120 drawings, "red disc on blue" and so on, each its own title."""
    folder = tmp_path_factory.mktemp("drawn") / "shop"
    products = []
    for ground, background in COLORS.items():
        for color, paint in COLORS.items():
            for shape, box in SHAPES.items():
                if color == ground:
                    continue
                image = Image.new("RGB", (32, 32), background)
                draw = ImageDraw.Draw(image)
                (draw.ellipse if shape == "disc" else draw.rectangle)(box, fill=paint)
                buffer = io.BytesIO()
                image.save(buffer, "PNG")
                title = f"{color} {shape} on {ground}"
                products.append(
                    Product(
                        title.replace(" ", "-"),
                        title=title,
                        description=f"a {shape} painted {color}, standing on {ground}",
                        images=(keep_photo(folder, buffer.getvalue()),),
                    )
                )
    return write_catalog(folder, products)


@pytest.fixture(scope="session")
def bert(make_bert: Callable[[Sequence[str]], Path]) -> Path:
    """A folder with a tiny random BERT that knows the words of the shop."""
    return make_bert([*COLORS, *SHAPES, "on", "a", "painted", "standing", ","])


@pytest.fixture(scope="session")
def make_config() -> MakeConfig:
    """`make_config(epochs=3)` is a configuration for tiny towers on drawings."""

    def make(**choices: object) -> AlignConfig:
        usual: dict[str, object] = {
            "text_tower": "scratch",
            "image_tower": "test_convnext",
            "image_size": (32, 32),
            "epochs": 1,
            "batch_size": 32,
        }
        return AlignConfig(**(usual | choices))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def trained(
    shop: Catalog, make_config: MakeConfig, tmp_path_factory: pytest.TempPathFactory
) -> AlignResult:
    """Towers that were trained on the shop, from nothing."""
    out = tmp_path_factory.mktemp("trained") / "model"
    return align(shop, make_config(epochs=8), out, device="cpu")
