import logging
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.towers.openclip import photo_resizer
from mmdemo.train.fusing import ProductRows
from mmdemo.train.photos import PixelArray, load_pixels
from mmdemo.train.rows import read_rows, write_rows
from mmdemo.train.workplace import alone, read_tensors


def test_the_second_waits_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    order: list[str] = []
    told = threading.Event()

    class Told(logging.Handler):
        def emit(self, _: logging.LogRecord) -> None:
            told.set()

    def second() -> None:
        with alone(tmp_path / "step-1"):
            order.append("second")

    logger = logging.getLogger("mmdemo.train.workplace")
    handler = Told()
    logger.addHandler(handler)
    try:
        with alone(tmp_path / "step-1"), alone(tmp_path / "step-2"):  # another step is free
            thread = threading.Thread(target=second)
            thread.start()
            assert told.wait(30)
            order.append("first")
        thread.join(30)
    finally:
        logger.removeHandler(handler)
    assert order == ["first", "second"]
    assert caplog.messages == [
        f"another run is making {tmp_path / 'step-1'}; waiting for it to end"
    ]


def test_tensors_come_back_and_code_does_not(tmp_path: Path) -> None:
    torch.save({"a": torch.arange(3)}, tmp_path / "good.pt")
    assert read_tensors(tmp_path / "good.pt", delete=tmp_path)["a"].tolist() == [0, 1, 2]
    torch.save({"a": Path("x").exists}, tmp_path / "code.pt")
    content = (tmp_path / "good.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(content[: len(content) // 2])
    (tmp_path / "empty.pt").touch()
    for name in ("code.pt", "cut.pt", "empty.pt"):
        with pytest.raises(TrainingError, match=rf"{name} is damaged; delete .* to start over"):
            read_tensors(tmp_path / name, delete=tmp_path)


def test_rows_come_back_or_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "rows.pt"
    rows = ProductRows(torch.eye(2), [torch.ones(1, 2)], [torch.zeros(1, 2)])
    write_rows(rows, path)
    kept = read_rows(path)
    assert torch.equal(kept.queries, rows.queries)
    assert torch.equal(kept.texts[0], rows.texts[0]) and torch.equal(kept.photos[0], rows.photos[0])
    for other in ({"queries": torch.eye(2)}, [torch.eye(2)]):
        torch.save(other, path)
        with pytest.raises(TrainingError, match=rf"rows.pt is damaged; delete {path} to start"):
            read_rows(path)


@pytest.mark.parametrize("damage", ["cut", "empty", "shape", "type"])
def test_damaged_pixels_are_told(shop: Catalog, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "photos.npy"
    photos = [product.images[0] for product in shop.products[:3]]

    def load() -> PixelArray:
        resize = photo_resizer({"resize_mode": "squash"}, (16, 16))
        return load_pixels(shop, photos, resize=resize, size=(16, 16), path=path)

    assert load().shape == (3, 16, 16, 3)
    content = path.read_bytes()
    if damage in ("cut", "empty"):
        path.write_bytes(content[:200] if damage == "cut" else b"")
    else:
        shape, kind = ((2, 16, 16, 3), np.uint8) if damage == "shape" else ((3, 16, 16, 3), float)
        np.save(path, np.zeros(shape, kind))
    with pytest.raises(TrainingError, match=rf"photos.npy is damaged; delete {path} to start over"):
        load()
