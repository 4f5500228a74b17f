import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

MakePhoto = Callable[..., bytes]
WriteCsv = Callable[..., Path]


@pytest.fixture
def make_photo() -> MakePhoto:
    """`make_photo("red", (8, 4), kind="PNG")` encodes a photo of one color."""

    def make(
        color: object = "red",
        size: tuple[int, int] = (8, 8),
        *,
        mode: str = "RGB",
        kind: str = "JPEG",
        **options: object,
    ) -> bytes:
        buffer = io.BytesIO()
        Image.new(mode, size, color).save(buffer, kind, **options)  # type: ignore[arg-type]
        return buffer.getvalue()

    return make


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """`write_csv(["id", "title"], ["p1", "Lamp"])` writes a file of these rows."""

    def write(*rows: Sequence[str], name: str = "products.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write
