"""What the catalog's page is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.catalog import import_catalog
from mmdemo.errors import IndexMismatchError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle


def test_facts_of_a_catalog_that_was_not_imported(client: TestClient) -> None:
    answer = client.get("/api/catalog")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    facts = answer.json()["facts"]
    assert (facts["name"], facts["products"], facts["filled"]["images"]) == ("shop", 40, 39)
    assert facts["without_photo"] == {"products": 1, "examples": ["p08"]}
    assert answer.json()["report"] is None


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    source = tmp_path / "products.csv"
    source.write_text("id,title,price\n1,Mug,call us\n2,,4\n,Jug,5\n")
    import_catalog(source, tmp_path / "shop")
    return tmp_path / "shop"


def test_a_catalog_without_an_index_still_tells_of_its_import(
    imported: Path, store: JudgmentStore, settings: Settings
) -> None:
    def open_engine() -> Any:
        raise IndexMismatchError("there is no index", remedy="make one")

    served = Settings(labels=settings.labels, judge="anna", catalog=imported)
    handle = EngineHandle(open_engine)
    with TestClient(create_app(handle, store, served), base_url="http://localhost") as client:
        answer = client.get("/api/catalog").json()
    assert answer["facts"]["products"] == 2
    assert answer["facts"]["indexes"] == []
    report = answer["report"]
    assert (report["rows"], report["products"], report["left_out"]) == (3, 2, 1)
    assert {reason: p["rows"] for reason, p in report["problems"].items() if p["left_out"]} == {
        "no product id": [4]
    }


def test_no_catalog_at_all(store: JudgmentStore, settings: Settings, tmp_path: Path) -> None:
    def open_engine() -> Any:
        raise IndexMismatchError("there is no index")

    gone = Settings(labels=settings.labels, judge="anna", catalog=tmp_path / "gone")
    handle = EngineHandle(open_engine)
    with TestClient(create_app(handle, store, gone), base_url="http://localhost") as client:
        answer = client.get("/api/catalog")
    assert answer.status_code == 404
    assert "holds no catalog" in answer.json()["error"]["message"]
