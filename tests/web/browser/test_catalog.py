"""The catalog's page in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from mmdemo.catalog import import_catalog
from mmdemo.errors import IndexMismatchError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser


@pytest.fixture
def address(
    tmp_path: Path, store: JudgmentStore, settings: Settings, serve: Callable[[FastAPI], Any]
) -> str:
    """A server of a catalog that was imported from a dirty file and has no index."""
    from mmdemo.web.app import create_app

    source = tmp_path / "products.csv"
    source.write_text(
        "id,title,price,color\n1,Mug,call us,red\n2,<b>Jug</b>,4,\n,Jug,5,\n1,Mug,1,\n"
    )
    import_catalog(source, tmp_path / "shop")

    def open_engine() -> Any:
        raise IndexMismatchError("there is no index", remedy="run `mmdemo index`")

    served = Settings(labels=settings.labels, judge="anna", catalog=tmp_path / "shop")
    return str(serve(create_app(EngineHandle(open_engine), store, served)).url)


def test_what_an_import_met_with(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".mm-nav").get_by_role("link", name="Catalog").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("shop")
    expect(page).to_have_title("Catalog · mmdemo")
    expect(page.locator(".mm-tiles div").first).to_have_text("2products")
    problems = page.locator(".mm-table tbody tr")
    row = problems.filter(has_text="no product id")
    expect(row.locator("td").nth(0)).to_have_text("1")
    expect(row.locator("td").nth(1)).to_have_text("4")
    expect(row.locator(".mm-badge")).to_have_text("row left out")
    expect(page.get_by_text("None yet. Make one with")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator(".mm-nav").get_by_role("link", name="Search").click()
    expect(page.locator(".mm-trouble code")).to_have_text("mmdemo index")
