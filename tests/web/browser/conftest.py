"""The search page as a person uses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from mmdemo.labels import JudgmentStore
from mmdemo.labels.campaigns import (
    CampaignStore,
    Definition,
    Example,
    Gold,
    PoolQuery,
    Question,
    State,
)
from mmdemo.labels.campaigns.presets import REASONS, relevance
from mmdemo.records import Query


class SearchPage:
    """What a person does and sees. Product n of the catalog is p00, p01 …

    Attributes:
        page: for everything that has no name here.
        url: the server's address.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.box = page.locator("#mm-query")
        self.pill = page.locator(".mm-pill")
        self.toast = page.locator(".mm-toast")
        self.detail = page.locator("dialog.mm-detail")
        self.weight = page.locator(".mm-weight input")

    def open(self, address: str = "") -> SearchPage:
        """Go to a view; without one, to the first visit."""
        self.page.goto(f"{self.url}/{address}")
        expect(self.page.locator(".mm-chips button").first).to_be_visible()
        return self

    def search(self, text: str) -> None:
        """Type a query and press Enter; return when it is answered."""
        self.box.fill(text)
        self.box.press("Enter")
        self.answered(text)

    def answered(self, text: str = "") -> None:
        """Wait until the lists are those of this query."""
        if text:
            expect(self.page.locator(".mm-asked")).to_have_text(text)
        expect(self.page.locator(".mm-facts")).to_contain_text("ms")
        expect(self.page.locator(".mm-busy")).to_have_count(0)

    def column(self, ranker: str) -> Locator:
        """The list of a ranker."""
        return self.page.locator(f'.mm-column[data-ranker="{ranker}"]')

    def cards(self, ranker: str) -> Locator:
        """Its cards, best first."""
        return self.column(ranker).locator(".mm-card")

    def card(self, product_id: str, ranker: str = "text") -> Locator:
        """One product in a list."""
        return self.column(ranker).locator(f'.mm-card[data-product="{product_id}"]')

    def pressed(self, product_id: str, ranker: str = "text") -> str | None:
        """The letter of the pressed grade."""
        buttons = self.card(product_id, ranker).locator('button[aria-pressed="true"] b')
        return buttons.text_content() if buttons.count() else None

    def ids(self, ranker: str) -> list[str]:
        """Product ids of a list, from top to bottom."""
        ids: list[str] = self.cards(ranker).evaluate_all(
            "cards => cards.map((card) => card.dataset.product)"
        )
        return ids

    def rankers(self) -> list[str]:
        """Rankers of the columns, left to right."""
        names: list[str] = self.page.locator(".mm-column").evaluate_all(
            "columns => columns.map((column) => column.dataset.ranker)"
        )
        return names

    def tool(self, name: str) -> Locator:
        """A button above the lists."""
        return self.page.locator(".mm-tools").get_by_role("button", name=name)

    def set_weight(self, weight: float) -> None:
        """Move the slider as a person does: the page hears of every step."""
        self.weight.fill(str(weight))


@pytest.fixture
def shop(page: Page, url: str) -> SearchPage:
    """The page of a server whose engine is there."""
    return SearchPage(page, url)


@pytest.fixture
def grading(shop: SearchPage) -> SearchPage:
    """After a search, with the grade buttons on."""
    shop.open("?q=red+shirt")
    expect(shop.cards("fused")).to_have_count(20)
    shop.tool("Grade").click()
    expect(shop.pill).to_have_text("All saved")
    return shop


@pytest.fixture
def stored(store: JudgmentStore) -> Callable[[], dict[str, int | None]]:
    """What counts now on the server of what `grading` has graded: grades by product."""

    def current() -> dict[str, int | None]:
        query_id = Query(text="red shirt").query_id
        found = store.current(judge="anna", query_id=query_id, withdrawn=True)
        return {event.judgment.product_id: event.judgment.grade for event in found}

    return current


class JudgePage:
    """What a judge does and sees on `/judge`."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.keys = page.keyboard
        self.title = page.locator(".mm-judge-product h2")
        self.query = page.locator(".mm-judge-query")
        self.place = page.locator(".mm-judge-place .mm-facts")
        self.pill = page.locator(".mm-pill")
        self.toast = page.locator(".mm-toast")
        self.told = page.locator(".mm-told[aria-live]")
        self.cards = page.locator(".mm-judge-card")
        self.feedback = page.locator(".mm-judge-feedback")
        self.center = page.locator(".mm-judge-center h1")

    def open(self, campaign: str = "", *, start: bool = True) -> JudgePage:
        """Go to a campaign and, having read its guidelines, to its first product."""
        self.page.goto(f"{self.url}/judge{campaign and f'?campaign={campaign}'}")
        if start:
            self.page.get_by_role("button", name="Start").click()
            expect(self.title).to_be_visible()
        return self

    def grade(self, name: str) -> Locator:
        """A grade of the bar."""
        return self.page.locator(".mm-judge-grades").get_by_role("button", name=name)

    def shown(self) -> str:
        """The product that is looked at."""
        return self.title.inner_text()

    def press(self, key: str) -> str:
        """Answer by a key; returns the title of the product that was answered, which has gone."""
        before = self.shown()
        self.keys.press(key)
        expect(self.title).not_to_have_text(before)
        return before


@pytest.fixture
def judging(page: Page, url: str) -> JudgePage:
    """A judge's page of a running server."""
    return JudgePage(page, url)


@pytest.fixture
def make(store: JudgmentStore) -> Callable[..., str]:
    """Make and open a campaign: each query has its own products, p10 … and p20 …"""

    def make(
        name: str = "spring",
        *,
        pairs: int = 4,
        gold: Sequence[Gold] = (),
        questions: Sequence[Question] = (relevance(),),
        judges: int = 1,
    ) -> str:
        campaigns = CampaignStore(store.database)
        definition = Definition(
            questions=tuple(questions),
            reasons=REASONS,
            rankers=("text",),
            depth=pairs,
            judges_per_pair=judges,
            repeat_share=0,
            gold_share=0,
            random_share=1e-9,  # red shirts first
        )
        pool = [
            PoolQuery(query_id, text, {"text": [f"p{start + n}" for n in range(pairs)]})
            for start, (query_id, text) in zip(
                (10, 20), {"q1": "red shirt", "q2": "blue vase"}.items(), strict=True
            )
        ]
        campaigns.create(
            name,
            definition,
            pool,
            by="lead",
            title="Spring range",
            seed=1,
            gold=gold,
            markdown="Judge **all** of it.\n\n- <b>photo</b> and text",
            examples=[Example("green lamp", "p30", 2, "The color differs.")],
        )
        campaigns.set_state(name, State.OPEN)
        return name

    return make


@pytest.fixture
def serious() -> Callable[[Page], list[tuple[str, str]]]:
    """What axe-core finds serious or critical on a page as it is, light and dark."""

    def find(page: Page) -> list[tuple[str, str]]:
        found = []
        for dark in (False, True):
            page.evaluate(
                """async (dark) => {
                    document.body.classList.toggle("dark", dark);
                    const all = document.getAnimations();
                    const moving = all.filter((one) => one instanceof CSSTransition);
                    await Promise.allSettled(moving.map(({ finished }) => finished));
                }""",
                dark,
            )
            found += Axe().run(page).response["violations"]
        return [
            (violation["id"], violation["nodes"][0]["html"][:300])
            for violation in found
            if violation["impact"] in {"serious", "critical"}
        ]

    return find
