"""One drawn shop for the whole folder."""

import csv
from pathlib import Path

import pytest

from mmdemo.sample import draw_sample

COUNT = 156  # twelve of each kind


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("shop")
    draw_sample(directory, count=COUNT, seed=7)
    return directory


@pytest.fixture(scope="session")
def rows(shop: Path) -> list[dict[str, str]]:
    with (shop / "products.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
