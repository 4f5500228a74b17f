"""A lead's pages in a real browser, on the real server: what needs no other people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from mmdemo.labels import JudgmentStore
from mmdemo.labels.campaigns import CampaignStore, State
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser


class CampaignsPage:
    """What a lead does and sees on `/campaigns`."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.title = page.locator(".mm-page-head h1")
        self.pool = page.locator(".mm-form-pool")
        self.rows = page.locator(".mm-campaign-row")
        self.toast = page.locator(".mm-toast")
        self.dialog = page.locator("dialog[open]")

    def open(self, address: str = "") -> None:
        """Go to the page."""
        self.page.goto(f"{self.url}/campaigns{address}")

    def tab(self, name: str) -> None:
        """Look at a part of the campaign."""
        tabs = self.page.locator(".mm-part-tabs")
        tabs.get_by_role("link", name=name).click()
        expect(tabs.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")

    def row(self, table: str, name: str) -> Locator:
        """A row of a table, by what stands in its head."""
        tables = self.page.get_by_role("region", name=table, exact=True)
        return tables.locator("tr").filter(has=self.page.locator("th", has_text=name))

    def change(self, what: str) -> None:
        """Take something from the menu of changes."""
        self.page.get_by_role("button", name="Change").click()
        self.page.get_by_role("menuitem", name=what).click()
        expect(self.dialog).to_be_visible()


@pytest.fixture
def leading(
    page: Page,
    colors: EngineHandle,
    store: JudgmentStore,
    settings: Settings,
    serve: Callable[[FastAPI], Any],
) -> CampaignsPage:
    """A server of the shop whose search is known; whoever uses it is its lead."""
    from mmdemo.web.app import create_app

    return CampaignsPage(page, serve(create_app(colors, store, settings)).url)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    """Two queries as a file."""
    path = tmp_path / "queries.csv"
    path.write_text("query_id,query\na,red mug\nb,blue vase\n", encoding="utf-8")
    return path


def fill(leading: CampaignsPage, queries: Path, title: str = "Does fusion find more?") -> None:
    """Fill in the form for a small campaign of one ranker."""
    page = leading.page
    page.get_by_label("Title").fill(title)
    page.locator("input[name=file]").set_input_files(queries)
    expect(page.get_by_role("radio", name="From a file")).to_be_checked()
    for ranker in ("image", "fused"):
        page.locator(f"input[name=rankers][value={ranker}]").uncheck()
    page.get_by_role("spinbutton", name="Depth").fill("3")
    page.get_by_label("Judges for each pair").fill("1")


def test_from_nothing_to_an_open_campaign(
    leading: CampaignsPage, queries: Path, store: JudgmentStore
) -> None:
    page = leading.page
    leading.open()
    expect(page.get_by_role("heading", name="No campaigns yet")).to_be_visible()
    page.get_by_role("button", name="New campaign").click()
    expect(leading.pool).to_contain_text("21 queries")  # the catalog's own
    fill(leading, queries)
    expect(leading.pool).to_contain_text(
        "6 pairs of 2 queries and their products, each judged by 1"
    )
    page.get_by_role("radio", name="Your own").check()
    steps = page.locator(".mm-steps").first.locator("li")
    expect(steps).to_have_count(4)
    steps.nth(1).get_by_role("button", name="Remove").click()
    steps.first.get_by_label("Name").fill("Perfect")
    page.get_by_role("button", name="Create and open").click()
    expect(leading.title).to_contain_text("Does fusion find more?Open")
    expect(leading.row("Queries", "red mug")).to_contain_text("0 of 3")
    campaign = CampaignStore(store.database).get("does-fusion-find-more")
    assert campaign.state is State.OPEN
    (question,) = campaign.definition.questions
    assert [(step.grade, step.name) for step in question.scale] == [
        (3, "Perfect"),
        (1, "Complement"),
        (0, "Irrelevant"),
    ]
    assert (campaign.definition.depth, campaign.definition.judges_per_pair) == (3, 1)
    page.get_by_role("link", name="All campaigns").click()
    expect(leading.rows).to_have_count(1)
    expect(leading.rows.first).to_contain_text("0 of 6")


def test_what_is_missing_or_wrong_is_said_before_anything_is_made(
    leading: CampaignsPage, queries: Path
) -> None:
    page = leading.page
    leading.open("?create=yes")
    create = page.get_by_role("button", name="Create and open")
    problem = page.locator(".mm-form-problem")
    create.click()
    expect(problem).to_have_text("Give it a title.")
    fill(leading, queries)
    page.locator("input[name=rankers][value=text]").uncheck()
    create.click()
    expect(problem).to_have_text("Choose at least one ranker.")
    page.locator("input[name=rankers][value=text]").check()
    page.get_by_role("spinbutton", name="Depth").fill("2000")
    create.click()
    expect(problem).to_contain_text("Depth")  # the server refuses it
    expect(page.get_by_label("Title")).to_have_value("Does fusion find more?")  # nothing is lost


def test_a_campaign_is_changed_grown_and_closed(
    leading: CampaignsPage, queries: Path, store: JudgmentStore
) -> None:
    page = leading.page
    leading.open("?create=yes")
    fill(leading, queries, "Small one")
    page.get_by_role("button", name="Create as a draft").click()
    expect(leading.title).to_contain_text("Draft")
    page.get_by_role("button", name="Open for judges").click()
    leading.dialog.get_by_role("button", name="Open").click()
    expect(leading.title).to_contain_text("Open")
    leading.change("Guidelines")
    leading.dialog.get_by_label("In Markdown").fill("Be **strict**.")
    leading.dialog.get_by_role("button", name="Show as judges see it").click()
    expect(leading.dialog.locator(".mm-rich strong")).to_have_text("strict")
    leading.dialog.get_by_role("button", name="Publish").click()
    expect(leading.toast).to_contain_text("Version 2 of the guidelines is out")
    leading.change("Grow the pool")
    leading.dialog.get_by_label("Depth").fill("5")
    leading.dialog.get_by_role("button", name="Grow").click()
    expect(leading.toast).to_contain_text("4 pairs more to judge")
    leading.change("Settings")
    leading.dialog.get_by_role("radio", name="What decides most first").check()
    leading.dialog.get_by_label("Hidden repeats, %").fill("10")
    leading.dialog.get_by_role("button", name="Save").click()
    expect(leading.dialog).to_have_count(0)
    page.get_by_role("button", name="Close").click()
    leading.dialog.get_by_role("button", name="Close", exact=True).click()
    expect(leading.title).to_contain_text("Closed")
    campaigns = CampaignStore(store.database)
    campaign = campaigns.get("small-one")
    assert campaign.state is State.CLOSED
    assert campaigns.guidelines("small-one").markdown == "Be **strict**."
    assert campaign.definition.strategy == "most_decisive"
    assert (campaign.definition.repeat_share, campaign.definition.depth) == (0.1, 5)


def test_a_campaign_that_is_not_there(leading: CampaignsPage) -> None:
    leading.open("?campaign=nowhere")
    expect(leading.page.locator(".mm-panel-trouble")).to_contain_text("cannot be shown")
    leading.page.get_by_role("link", name="All campaigns").click()
    expect(leading.page.get_by_role("heading", name="No campaigns yet")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_serious(
    leading: CampaignsPage,
    queries: Path,
    serious: Callable[[Page], list[tuple[str, str]]],
    width: int,
) -> None:
    page = leading.page
    page.set_viewport_size({"width": width, "height": 844})
    leading.open("?create=yes")
    fill(leading, queries, "Small one")
    expect(leading.pool).to_contain_text("6 pairs")

    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert serious(page) == []

    check()
    page.get_by_role("button", name="Create and open").click()
    expect(leading.row("Queries", "red mug")).to_be_visible()
    check()
    leading.change("Settings")
    check()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="All campaigns").click()
    expect(leading.rows).to_have_count(1)
    check()
