"""The page About in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mmdemo.catalog import Catalog

pytestmark = pytest.mark.browser


def family(
    name: str, fused: float, over_text: tuple[float, float], over_image: tuple[float, float]
) -> dict[str, Any]:
    """Of 10 queries; differences are given by the ends of their intervals."""

    def span(mean: float) -> dict[str, float]:
        return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1}

    return {
        "name": name,
        "queries": 10,
        "values": {"text": span(0.5), "image": span(0.25), "fused": span(fused)},
        "differences": [
            {"ranker": "fused", "baseline": baseline, "mean": sum(ends) / 2}
            | {"low": ends[0], "high": ends[1]}
            for baseline, ends in (("text", over_text), ("image", over_image))
        ],
    }


RESULTS: dict[str, Any] = {
    "measure": "nDCG@10",
    "split": "test",
    "queries": 40,
    "text_weight": 0.6,
    "rankers": ["text", "image", "fused"],
    "families": [
        family("seen", 0.75, (0.1, 0.3), (0.2, 0.4)),
        family("written", 0.4, (-0.3, -0.1), (0.1, 0.2)),
        family("<b>vague</b>", 0.6, (-0.1, 0.3), (-0.2, 0.4)),
        family("all", 0.58, (0.02, 0.14), (0.2, 0.4)),
    ],
}
del RESULTS["families"][2]["values"]["image"]


@pytest.fixture
def told(catalog: Catalog) -> Iterator[None]:
    """The catalog with all that it may tell."""
    own = {
        "title": "Shirts that <i>do not exist</i>",
        "text": ["All made up.", "Twice."],
        "families": {"seen": "what photos show"},
    }
    files = {"about.json": own, "results.json": RESULTS}
    for name, content in files.items():
        (catalog.directory / name).write_text(json.dumps(content))
    yield
    for name in files:
        (catalog.directory / name).unlink()


def test_a_shop_that_tells_all(
    page: Page, url: str, told: None, serious: Callable[[Page], list[tuple[str, str]]]
) -> None:
    page.goto(url)
    page.locator(".mm-nav").get_by_role("link", name="About").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shirts that <i>do not exist</i>")
    expect(page).to_have_title("About · mmdemo")
    expect(page.locator(".mm-about-words > p")).to_have_text(
        ["About this shop", "All made up.", "Twice."]
    )
    expect(page.locator(".mm-about-words .mm-tiles div").first).to_have_text("40products")
    expect(page.locator(".mm-about-photos img")).to_have_count(12)

    verdict = page.locator(".mm-about-verdict li")
    expect(verdict).to_have_text(
        [
            "Over all queries Fused is +0.080 against Text only and +0.300 against Image only.",
            "Fusion hurts It is worse than one half alone for: written (Text only).",
            "No sure gain The interval holds 0 for: <b>vague</b> (Text only, Image only).",
            "Hardest Written, where Fused reaches 0.40; easiest is seen with 0.75.",
        ]
    )
    rows = page.get_by_role("region", name="nDCG@10 by kind of query").locator("tbody tr")
    expect(rows.nth(0).locator("th")).to_have_text("Seenwhat photos show · 10 queries")
    expect(rows.nth(0).locator("td b")).to_have_text(["0.50", "0.25", "0.75"])
    expect(rows.nth(0).locator(".mm-best")).to_have_text("0.75")
    expect(rows.nth(1).locator(".mm-best")).to_have_text("0.50")
    expect(rows.nth(2).locator("td").nth(1)).to_have_text("–")
    expect(rows.nth(3).locator("th")).to_contain_text("All queries")
    added = page.get_by_role("region", name="What fusion adds").locator("tbody tr")
    expect(added.nth(0).locator("td b")).to_have_text(["+0.200", "+0.300"])
    expect(added.nth(1).locator(".mm-badge")).to_have_text("worse")
    expect(added.nth(2).locator(".mm-badge")).to_have_text(["not sure", "not sure"])
    assert serious(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_means_over_fewer_queries_are_told_and_not_compared(
    page: Page, url: str, told: None, catalog: Catalog
) -> None:
    results = json.loads(json.dumps(RESULTS))
    whole = results["families"][3]["values"]  # 10 queries: text 0.5, image 0.25, fused 0.58
    whole["text"] |= {"mean": 0.9, "queries": 4}
    whole["image"] |= {"queries": 10}
    (catalog.directory / "results.json").write_text(json.dumps(results))
    page.goto(f"{url}/about")
    row = page.get_by_role("region", name="nDCG@10 by kind of query").locator("tbody tr").nth(3)
    expect(row.locator(".mm-about-partial")).to_have_text("of 4 queries")
    expect(row.locator("td").nth(0)).to_contain_text("0.90")
    expect(row.locator(".mm-best")).to_have_text("0.58")
    expect(page.locator(".mm-about-results > .mm-an-told")).to_contain_text("fewer queries")


def test_a_phone_shows_every_list_of_every_row(page: Page, url: str, told: None) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/about")
    for name in ("nDCG@10 by kind of query", "What fusion adds"):
        region = page.get_by_role("region", name=name)
        assert region.evaluate("(region) => region.scrollWidth <= region.clientWidth"), name
        expect(region.get_by_role("row")).to_have_count(5)  # still a table, with its head
        for cell in region.locator("tbody td > *:not(svg)").all():
            box = cell.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= 390 - 24, cell.inner_text()


def test_a_shop_that_tells_nothing(
    page: Page, url: str, serious: Callable[[Page], list[tuple[str, str]]]
) -> None:
    page.goto(f"{url}/about")
    expect(page.get_by_role("heading", level=1)).to_have_text("shop")
    expect(page.locator(".mm-about-words > p").last).to_have_text(
        "40 products; 39 have a photo, 20 a description. Most are in Shirts."
    )
    model = page.locator(".mm-about-model")
    expect(model).to_contain_text("words-model")
    expect(model).to_contain_text("75% words and 25% photo")
    expect(model).to_contain_text("Learned: experts")
    expect(page.get_by_text("Nobody has measured it on this catalog yet")).to_be_visible()
    assert serious(page) == []


def test_a_command_is_copied(page: Page, url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    page.goto(f"{url}/about")
    commands = page.locator(".mm-command")
    expect(commands.locator("code")).to_have_text(
        [
            "mmdemo import products.csv.gz --images photos.zip --catalog shop",
            "mmdemo catalog shop",
            "mmdemo index --catalog shop --model hf-hub:Marqo/marqo-fashionSigLIP",
            "mmdemo serve --catalog shop --port 7861",
        ]
    )
    commands.nth(2).get_by_role("button").click()
    expect(page.locator(".mm-toast")).to_contain_text("Command copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "mmdemo index --catalog shop --model hf-hub:Marqo/marqo-fashionSigLIP"


def test_results_that_cannot_be_read_are_told_of(page: Page, url: str, catalog: Catalog) -> None:
    file = catalog.directory / "results.json"
    file.write_text('{"measure": ""}')
    try:
        page.goto(f"{url}/about")
        expect(page.locator(".mm-story-notes")).to_contain_text("results.json is left out: measure")
        expect(page.get_by_text("Bring your own catalog")).to_be_visible()
    finally:
        file.unlink()


def test_a_command_is_one_line_that_scrolls(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{url}/about")
    command = page.locator(".mm-command code").first
    expect(command).to_have_attribute("data-more", "right")
    box = command.bounding_box()
    assert box is not None
    assert box["height"] < 30
    copy = page.locator(".mm-command button").first
    expect(copy).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    command.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(command).not_to_have_attribute("data-more", "right")
