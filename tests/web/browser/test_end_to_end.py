"""The whole way with nothing faked: a shop, its towers, the server, a browser, an evaluation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mmdemo.cli import main
from mmdemo.sample import demo

pytestmark = pytest.mark.browser

WEIGHT = ".mm-weight input"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's catalog in small: real towers, trained for a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "SHOP_PRODUCTS", 60)
        patch.setattr(demo, "TRAINING_PRODUCTS", 60)
        domain = replace(demo.CONFIG.domain, epochs=2)
        patch.setattr(demo, "CONFIG", replace(demo.CONFIG, image_size=(32, 32), domain=domain))
        return demo.prepare_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return tmp_path / "labels.sqlite3"


@pytest.fixture
def address(shop: Path, labels: Path) -> Iterator[str]:
    """A server as `mmdemo serve` starts it, in a process of its own."""
    options = ["--catalog", str(shop), "--labels", str(labels), "--port", "0", "--judge", "ann"]
    with subprocess.Popen(
        [sys.executable, "-m", "mmdemo", "serve", *options], stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            found = (re.search(r"http://\S+", line) for line in server.stderr)
            yield next(match[0] for match in found if match)
        finally:
            server.terminate()


@pytest.fixture
def context(page: Page) -> BrowserContext:
    return page.context


def cards(page: Page, ranker: str) -> Locator:
    return page.locator(f'.mm-column[data-ranker="{ranker}"] .mm-card')


def order(page: Page, ranker: str) -> list[str | None]:
    return [card.get_attribute("data-product") for card in cards(page, ranker).all()]


def test_search_weigh_grade_lose_the_network_reload_export_evaluate(
    page: Page, context: BrowserContext, address: str, shop: Path, labels: Path, tmp_path: Path
) -> None:
    page.goto(address)
    page.locator("#mm-query").fill("red mug")
    page.keyboard.press("Enter")
    for ranker in ("text", "image", "fused"):
        expect(cards(page, ranker)).to_have_count(20, timeout=60_000)

    text, image, fused = (order(page, ranker) for ranker in ("text", "image", "fused"))
    page.locator(WEIGHT).fill("1")
    expect(cards(page, "fused").first).to_have_attribute("data-product", str(text[0]))
    assert order(page, "fused") == text  # weight 1 is text only
    page.locator(WEIGHT).fill("0")
    expect(cards(page, "fused").first).to_have_attribute("data-product", str(image[0]))
    assert order(page, "fused") == image
    assert (order(page, "text"), order(page, "image")) == (text, image)
    assert fused not in (text, image)

    page.get_by_role("button", name="Grade").click()
    first = cards(page, "text").first
    first.press("e")
    expect(first).to_have_attribute("data-state", "saved")
    context.set_offline(True)
    second = cards(page, "text").nth(1)
    second.press("i")
    expect(second).to_have_attribute("data-state", "pending")
    context.set_offline(False)
    expect(second).to_have_attribute("data-state", "saved", timeout=30_000)
    page.reload()
    for product, letter in ((text[0], "E"), (text[1], "I")):
        card = page.locator(f'.mm-column[data-ranker="text"] [data-product="{product}"]')
        button = card.locator('[aria-pressed="true"] b')
        expect(button).to_have_text(letter, timeout=30_000)

    qrels, queries, out = (tmp_path / name for name in ("qrels.txt", "queries.csv", "out.json"))
    export = ["export", "--labels", str(labels), "--include-open", "--format"]
    assert main([*export, "qrels", "--out", str(qrels)]) == 0
    assert main([*export, "queries", "--out", str(queries)]) == 0
    assert {line.split()[2]: line.split()[3] for line in qrels.read_text().splitlines()} == {
        text[0]: "3",
        text[1]: "0",
    }
    judged = ["--queries", str(queries), "--qrels", str(qrels)]
    assert main(["evaluate", "--catalog", str(shop), *judged, "--json", str(out)]) == 0
    measured = json.loads(out.read_text())
    assert measured["queries"] == 1
    assert measured["rankers"]["text"]["nDCG@10"] == 1.0  # its first hit is the one right product
