"""A drawn shop, a model trained on it for one epoch, and the command line as a function."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.cli import main

COLORS = ("red", "green", "blue", "yellow", "black", "white")


@dataclass(frozen=True)
class Outcome:
    """What a verb left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


def _run(*arguments: object) -> Outcome:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "oe")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    return Outcome(status, *(_written(stream) for stream in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@pytest.fixture(scope="session")
def run() -> Run:
    """`run("search", "red cup", "--catalog", shop)`; an unusable option raises SystemExit."""
    return _run


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable of whoever runs the tests counts."""
    for name in [name for name in os.environ if name.startswith("MMDEMO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MMDEMO_DEVICE", "cpu")
    yield


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`products.csv` and `photos/`: a cup and a lamp in each of six colors, white without photo."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "photos").mkdir()
    with (folder / "products.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "title", "description", "image"])
        for kind in ("cup", "lamp"):
            for color in COLORS:
                name = f"{kind}-{color}"
                photo = f"{name}.png" if color != "white" else ""
                table.writerow([name, f"{color} {kind}", f"a {kind} for the table", photo])
                if photo:
                    Image.new("RGB", (24, 24), color).save(folder / "photos" / photo)
    return folder


@pytest.fixture(scope="session")
def trained(run: Run, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What `mmdemo train` said; the model is in `model`."""
    folder = tmp_path_factory.mktemp("made")
    assert _import(run, source, folder / "shop").status == 0
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MMDEMO_DEVICE", "cpu")
        outcome = run(
            "train", "--catalog", folder / "shop", "--text-tower", "scratch",
            "--image-tower", "resnet10t", "--image-size", 32, "--until", "domain",
            "--set", "domain.epochs=1", "--set", "domain.batch_size=4", "--set", "queries=20",
            "--out", folder / "model",
        )  # fmt: skip
    assert outcome.status == 0, outcome.err
    return outcome


@pytest.fixture(scope="session")
def model(trained: Outcome) -> Path:
    """A `local-dir:` model."""
    return Path(trained.out.rsplit("local-dir:", 1)[1].partition(";")[0])


@pytest.fixture(scope="session")
def _indexed(run: Run, model: Path) -> Path:
    shop = model.parent / "shop"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MMDEMO_DEVICE", "cpu")
        assert run("index", "--catalog", shop, "--model", f"local-dir:{model}").status == 0
    return shop


@pytest.fixture
def shop(_indexed: Path, tmp_path: Path) -> Path:
    """An indexed catalog that a test may change."""
    shutil.copytree(_indexed, tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def catalog(run: Run, source: Path, tmp_path: Path) -> Path:
    """The same catalog without an index."""
    _import(run, source, tmp_path / "catalog")
    return tmp_path / "catalog"


def _import(run: Run, source: Path, directory: Path) -> Outcome:
    photos = source / "photos"
    return run("import", source / "products.csv", "--images", photos, "--catalog", directory)


@pytest.fixture
def judged(tmp_path: Path) -> list[str]:
    """Options with two judged queries and one that nobody judged."""
    (tmp_path / "queries.csv").write_text("query_id,query\n1,red cup\n2,blue lamp\n3,nothing\n")
    (tmp_path / "qrels.txt").write_text(
        "1 0 cup-red 3\n1 0 cup-blue 1\n2 0 lamp-blue 3\n2 0 lamp-red 1\n"
    )
    return ["--queries", str(tmp_path / "queries.csv"), "--qrels", str(tmp_path / "qrels.txt")]


@pytest.fixture
def assert_mistake() -> Callable[..., None]:
    """`assert_mistake(outcome, "part of the line")`: status 2 and one line, nothing else."""

    def check(outcome: Outcome, *parts: str) -> None:
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.startswith("mmdemo: ")
        assert outcome.err.endswith("\n")
        assert outcome.err.count("\n") == 1, outcome.err
        for part in parts:
            assert part in outcome.err

    return check
