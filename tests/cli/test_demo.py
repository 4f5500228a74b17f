"""`mmdemo demo`: the sample shop is made ready when the engine is opened, then served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.settings import Settings

Run = Callable[..., Any]


def test_prepares_and_serves_the_sample_shop(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str, bool]] = []

    def prepare(directory: Path, *, device: str, again: bool = False) -> Path:
        asked.append((directory.name, device, again))
        return shop

    served: list[tuple[Settings, Callable[[], Any]]] = []
    monkeypatch.setattr("mmdemo.sample.demo.prepare_demo", prepare)
    monkeypatch.setattr("mmdemo.web.serve.serve", lambda *given: served.append(given))
    monkeypatch.setenv("MMDEMO_CATALOG", str(tmp_path / "another"))  # the demo is the demo
    monkeypatch.setenv("MMDEMO_INDEX_NAME", "another")
    assert run("demo", "--port", 0, "--device", "cpu").status == 0
    ((settings, open_engine),) = served
    assert (settings.catalog, settings.port) == (None, 0)
    assert asked == []  # the page comes first, the shop in the background
    engine = open_engine()
    assert engine.catalog.directory == shop
    assert asked == [("demo", "cpu", False)]


def test_a_shop_that_cannot_be_read_is_made_again(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[bool] = []

    def prepare(directory: Path, *, device: str, again: bool = False) -> Path:
        asked.append(again)
        return shop if again else tmp_path / "of another version"

    served: list[tuple[Settings, Callable[[], Any]]] = []
    monkeypatch.setattr("mmdemo.sample.demo.prepare_demo", prepare)
    monkeypatch.setattr("mmdemo.web.serve.serve", lambda *given: served.append(given))
    run("demo", "--port", 0)
    ((_, open_engine),) = served
    assert open_engine().catalog.directory == shop
    assert asked == [False, True]
