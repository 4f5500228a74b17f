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
    asked: list[Path] = []

    def prepare(directory: Path) -> Path:
        asked.append(directory)
        return shop

    served: list[tuple[Settings, Callable[[], Any]]] = []
    monkeypatch.setattr("mmdemo.sample.demo.prepare_demo", prepare)
    monkeypatch.setattr("mmdemo.web.serve.serve", lambda *given: served.append(given))
    monkeypatch.setenv("MMDEMO_CATALOG", str(tmp_path / "another"))  # the demo is the demo
    assert run("demo", "--port", 0).status == 0
    ((settings, open_engine),) = served
    assert (settings.catalog, settings.port) == (None, 0)
    assert asked == []  # the page comes first, the shop in the background
    engine = open_engine()
    assert engine.catalog.directory == shop
    assert [directory.name for directory in asked] == ["demo"]
