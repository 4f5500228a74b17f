"""The whole way with nothing faked: the demo's shop, a server, a browser, an evaluation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from mmdemo.cli import main
from mmdemo.sample import prepare_demo

pytestmark = pytest.mark.browser

WEIGHT = ".mm-weight input"


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, assets_of_checkout: Path
) -> Path:
    """The demo's catalog; a tiny random model stands in where the checkout has none."""
    assets = assets_of_checkout
    if not (assets / "model").is_dir():
        assets = tmp_path_factory.mktemp("assets")
        (assets / "shop").symlink_to(assets_of_checkout / "shop", target_is_directory=True)
        (assets / "model").symlink_to(tiny_model, target_is_directory=True)
    return prepare_demo(tmp_path_factory.mktemp("demo"), assets=assets, device="cpu")


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
