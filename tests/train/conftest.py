import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from scipy.sparse import csr_matrix

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.records import Product
from mmdemo.towers.openclip import photo_resizer
from mmdemo.train import RecipeConfig, RecipeResult, TrainingQueries, run_recipe
from mmdemo.train.data import TrainingData, lay_out
from mmdemo.train.encoders import PhotoEncoder, TextEncoder
from mmdemo.train.model import TrainableModel, build_model
from mmdemo.train.photos import PixelArray, load_pixels

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
MakeConfig = Callable[..., RecipeConfig]
MakeQueries = Callable[..., TrainingQueries]
MakeStage = Callable[..., "Stage"]


@dataclass(frozen=True)
class Stage:
    """What a step is made of."""

    config: RecipeConfig
    data: TrainingData
    built: TrainableModel
    texts: TextEncoder
    photos: PhotoEncoder


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
                        attributes={"Color": color, "Shape": shape},
                        images=(keep_photo(folder, buffer.getvalue()),),
                    )
                )
    return write_catalog(folder, products)


@pytest.fixture(scope="session")
def bert(make_bert: Callable[[Sequence[str]], Path]) -> Path:
    """A folder with a tiny random BERT, which has dropout, that knows the words of the shop."""
    return make_bert([*COLORS, *SHAPES, "on", "a", "painted", "standing", ","])


@pytest.fixture(scope="session")
def make_config(bert: Path) -> MakeConfig:
    """`make_config(domain={"epochs": 3})` is a configuration for tiny towers on drawings."""
    usual: dict[str, object] = {
        "text_tower": f"st:{bert}",
        "image_tower": "test_convnext",
        "image_size": (32, 32),
        "queries": 200,
        "validation_products": 12,
        "validation_queries": 20,
        "domain": {"epochs": 2, "batch_size": 32},
        "text": {"epochs": 2, "batch_size": 32, "learning_rate": 1e-3},
        "image": {"epochs": 2, "batch_size": 32},
        "fusion": {"epochs": 2, "batch_size": 32},
    }

    def make(**choices: object) -> RecipeConfig:
        values = dict(usual)
        for name, value in choices.items():
            own = values.get(name)
            both = isinstance(own, Mapping) and isinstance(value, Mapping)
            values[name] = {**own, **value} if both else value  # type: ignore[dict-item]
        return RecipeConfig.from_json(values)

    return make


@pytest.fixture(scope="session")
def make_queries_of() -> MakeQueries:
    """`make_queries_of([[4, 0], [1, 4]], closed=[True, False], asks=[0, 0, 1])` by hand.

    Rows of stored grades, one for each ask; by default one wording of each and all closed.
    """

    def make(
        grades: Sequence[Sequence[int]],
        *,
        closed: Sequence[bool] = (),
        asks: Sequence[int] = (),
        texts: Sequence[str] = (),
    ) -> TrainingQueries:
        number = asks or range(len(grades))
        return TrainingQueries(
            texts=tuple(texts) or tuple(f"query {i}" for i in range(len(number))),
            asks=np.array(number, np.int64),
            grades=csr_matrix(np.array(grades, np.int8)),
            closed=np.array(closed or [True] * len(grades), np.bool_),
        )

    return make


@pytest.fixture(scope="session")
def asked(shop: Catalog, make_queries_of: MakeQueries) -> TrainingQueries:
    """What colors and shapes there are, "red disc" and "disc red"; right is what is so titled."""
    wanted = [(color, shape) for color in COLORS for shape in SHAPES]
    return make_queries_of(
        [[4 if p.title.startswith(f"{c} {s} ") else 0 for p in shop] for c, s in wanted],
        asks=[i for i in range(len(wanted)) for _ in "ab"],
        texts=[text for c, s in wanted for text in (f"{c} {s}", f"{s} {c}")],
    )


@pytest.fixture(scope="session")
def pixels(shop: Catalog, tmp_path_factory: pytest.TempPathFactory) -> PixelArray:
    """The photos of the shop, in the order of its products."""
    return load_pixels(
        shop,
        [product.images[0] for product in shop],
        resize=photo_resizer({"resize_mode": "squash"}, (32, 32)),
        size=(32, 32),
        path=tmp_path_factory.mktemp("pixels") / "pixels.npy",
    )


@pytest.fixture(scope="session")
def make_stage(
    shop: Catalog, asked: TrainingQueries, pixels: PixelArray, make_config: MakeConfig
) -> MakeStage:
    """`make_stage(text={"epochs": 1})` lays the shop and its queries out for a step."""

    def make(*, catalog: Catalog = shop, **choices: object) -> Stage:
        config = make_config(**choices)
        built = build_model(config, device="cpu")
        return Stage(
            config,
            lay_out(catalog, asked, config),
            built,
            TextEncoder(built, device="cpu", half=False),
            PhotoEncoder(built, pixels, device="cpu", half=False),
        )

    return make


@pytest.fixture(scope="session")
def trained(
    shop: Catalog, make_config: MakeConfig, tmp_path_factory: pytest.TempPathFactory
) -> RecipeResult:
    """Towers that were tuned to the shop's photos and titles, from nothing."""
    out = tmp_path_factory.mktemp("trained") / "model"
    config = make_config(text_tower="scratch", validation_products=0, domain={"epochs": 8})
    return run_recipe(shop, config, out, until="domain", device="cpu")


@pytest.fixture(scope="session")
def whole(
    shop: Catalog, make_config: MakeConfig, tmp_path_factory: pytest.TempPathFactory
) -> RecipeResult:
    """All steps of the recipe of `make_config()`, without an interruption."""
    return run_recipe(shop, make_config(), tmp_path_factory.mktemp("whole") / "model", device="cpu")
