"""`mmdemo serve`: from options and environment to what is served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.catalog import write_catalog
from mmdemo.records import Product, Query
from mmdemo.search import SearchEngine
from mmdemo.settings import Settings

Run = Callable[..., Any]
Served = list[tuple[Settings, Callable[[], SearchEngine]]]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """What would have been served."""
    found: Served = []
    monkeypatch.setattr("mmdemo.web.serve.serve", lambda *given: found.append(given))
    return found


def test_options_reach_the_page(run: Run, shop: Path, served: Served) -> None:
    options = ("--port", 0, "--host", "127.0.0.2", "--judge", "ann", "--labels", "here.sqlite3")
    assert run("serve", "--catalog", shop, *options).status == 0
    ((settings, open_engine),) = served
    assert (settings.port, settings.host, settings.judge) == (0, "127.0.0.2", "ann")
    assert settings.labels == f"sqlite:///{Path('here.sqlite3').absolute()}"
    engine = open_engine()
    assert (
        engine.search(Query("red cup"), rankers=("bm25",))["bm25"].hits[0].product_id == "cup-red"
    )


def test_environment_counts_where_no_option_is_given(
    run: Run, served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("of-environment", "given"):
        write_catalog(tmp_path / name, [Product("p")])
    monkeypatch.setenv("MMDEMO_CATALOG", str(tmp_path / "of-environment"))
    monkeypatch.setenv("MMDEMO_PORT", "7001")
    run("serve")
    run("serve", "--catalog", tmp_path / "given", "--port", 7002)
    assert [(settings.catalog, settings.port) for settings, _ in served] == [
        (tmp_path / "of-environment", 7001),
        (tmp_path / "given", 7002),
    ]


def test_mistakes(
    run: Run, served: Served, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    outcome = run("serve", "--catalog", tmp_path, "--port", 70000)
    assert_mistake(outcome, "port is not usable", "70000", "0 to 65535")
    outcome = run("serve", "--catalog", tmp_path / "none")
    assert_mistake(outcome, "holds no catalog", "mmdemo import")
    assert served == []
