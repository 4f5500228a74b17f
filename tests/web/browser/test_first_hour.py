"""People with accounts at work: a judge's first hour, a lead's, two judges side by side."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, Route, expect

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.labels.campaigns import Gold
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
Make = Callable[..., str]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slowly a password is checked is tested elsewhere."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("mmdemo.labels.accounts.passwords.PasswordHasher", quick)


@pytest.fixture
def people(store: JudgmentStore) -> Accounts:
    """olga leads; ann and bob judge, at first nothing."""
    accounts = Accounts(store.database)
    for name, role in (("olga", Role.LEAD), ("ann", Role.JUDGE), ("bob", Role.JUDGE)):
        accounts.add(name, PASSWORD, role)
    return accounts


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A page of another browser profile each time."""
    contexts = []

    def new() -> Page:
        contexts.append(
            browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        return page

    yield new
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    """On the page that asks for it."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def grades(store: JudgmentStore, campaign: str, judge: str) -> dict[str, int | None]:
    """What counts now of a judge's answers to pairs, by product."""
    current = store.current(campaign=campaign, judge=judge, withdrawn=True)
    return {
        event.judgment.product_id: event.judgment.grade
        for event in current
        if event.judgment.context["kind"] == "regular"
    }


def test_a_judges_first_hour(
    judging: Any, people: Accounts, make: Make, store: JudgmentStore
) -> None:
    gold = [
        Gold("q1", "p30", 3, "It is red and a shirt.", training=True),
        Gold("q1", "p31", 0, "It is no shirt.", training=True),
    ]
    make(gold=gold)
    people.members.add("ann", "spring", by="olga")
    page, context = judging.page, judging.page.context

    # Sign in, read, train.
    page.goto(f"{judging.url}/judge")
    sign_in(page, "ann")
    expect(page.get_by_role("heading", name="Spring range")).to_be_visible()
    expect(page.locator(".mm-nav a:visible")).to_have_text(["Judge"])
    page.get_by_role("button", name="Start with the training").click()
    for _ in range(2):
        expect(judging.title).to_be_visible()
        title = judging.shown()
        judging.keys.press("e" if title == "Product 30" else "s")
        told = "Exact, as expected" if title == "Product 30" else "Expected: Irrelevant"
        expect(judging.feedback).to_contain_text(told)
        judging.keys.press("Enter")
        expect(judging.title).not_to_have_text(title)

    # Grade by keys, undo three back, grade them otherwise.
    expect(judging.query).to_have_text("red shirt")
    titles = [judging.press(key) for key in "esc"]
    for title in reversed(titles):
        judging.keys.press("u")
        expect(judging.title).to_have_text(title)
    expect(judging.pill).to_have_text("All saved")
    assert set(grades(store, "spring", "ann").values()) == {None}
    first = judging.press("i")
    assert first == titles[0]
    others = [judging.press("s"), judging.press("s")]
    assert sorted(others) == sorted(titles[1:])
    expect(judging.pill).to_have_text("All saved")
    page.wait_for_load_state("networkidle")

    # Lose the network in the middle, go on, come back, finish.
    context.set_offline(True)
    last = judging.press("c")
    expect(judging.query).to_have_text("blue vase")
    judging.press("e")
    judging.press("e")
    expect(judging.pill).to_have_text("3 waiting…")
    context.set_offline(False)
    expect(judging.pill).to_have_text("All saved", timeout=30_000)
    page.reload()
    expect(judging.title).to_be_visible()
    judging.press("x")
    judging.keys.press("k")
    expect(judging.center).to_have_text("All done")
    expect(judging.pill).to_have_text("All saved")

    found = grades(store, "spring", "ann")
    ids = {title: f"p{title.removeprefix('Product ')}" for title in (*titles, last)}
    assert {title: found[product] for title, product in ids.items()} == {
        titles[0]: 0,
        titles[1]: 2,
        titles[2]: 2,
        last: 1,
    }
    vases = [
        (event.judgment.grade, event.judgment.context["answer"])
        for event in store.current(campaign="spring", judge="ann", withdrawn=True)
        if event.judgment.query_text == "blue vase"
    ]
    assert sorted(vases, key=str) == [
        (3, "grade"), (3, "grade"), (None, "cant_tell"), (None, "skipped"),
    ]  # fmt: skip


def test_two_judges_do_not_see_each_other(
    judging: Any,
    new_page: Callable[[], Page],
    people: Accounts,
    make: Make,
    store: JudgmentStore,
) -> None:
    make(pairs=2, judges=2)
    make("fall", pairs=2)
    for name in ("ann", "bob"):
        people.members.add(name, "spring", by="olga")
    people.members.add("bob", "fall", by="olga")
    ann, bob = judging, type(judging)(new_page(), judging.url)
    ann.page.goto(f"{ann.url}/judge")
    sign_in(ann.page, "ann")  # spring is all she has
    ann.page.get_by_role("button", name="Start judging").click()
    expect(ann.title).to_be_visible()
    ann.keys.press("m")
    ann.keys.type("a secret of Ann's")
    ann.keys.press("Control+Enter")
    for key in "esc":
        ann.press(key)
    ann.keys.press("i")
    expect(ann.center).to_have_text("All done")

    heard: list[str] = []

    def listen(route: Route) -> None:
        answer = route.fetch()
        heard.append(answer.text())
        route.fulfill(response=answer)

    bob.page.route("**/api/judging/**", listen)
    bob.page.goto(f"{bob.url}/judge")
    sign_in(bob.page, "bob")
    expect(bob.page.locator(".mm-judge-choose li")).to_have_count(2)
    bob.page.goto(f"{bob.url}/judge?campaign=spring")
    bob.page.get_by_role("button", name="Start judging").click()
    expect(bob.title).to_be_visible()
    expect(bob.place).to_contain_text("0 of 4 in all")
    expect(bob.page.locator('.mm-judge-bar [aria-pressed="true"]')).to_have_count(0)
    bob.keys.press("h")
    expect(bob.page.get_by_role("dialog", name="Your answers")).to_contain_text("No answers yet.")
    bob.keys.press("Escape")
    for _ in range(3):
        bob.press("i")
    bob.keys.press("i")
    expect(bob.center).to_have_text("All done")
    assert "ann" not in " ".join(heard)
    assert "secret" not in " ".join(heard)

    for address in (
        "api/judging/fall",
        "api/judging/fall/history",
        "api/campaigns/spring/history",
        "api/campaigns/spring/quality",
        "api/campaigns/spring/export?rule=majority",
        "api/campaigns",
        "api/users",
    ):
        answer = ann.page.request.get(f"{ann.url}/{address}")
        assert answer.status in {403, 404}, address
    ann.page.goto(f"{ann.url}/campaigns")
    expect(ann.page.get_by_role("heading", name="Not for you")).to_be_visible()
    assert sorted(grades(store, "spring", "ann").values(), key=str) == [0, 1, 2, 3]
    assert list(grades(store, "spring", "bob").values()) == [0, 0, 0, 0]


def test_a_leads_first_hour(
    judging: Any,
    new_page: Callable[[], Page],
    people: Accounts,
    colors: EngineHandle,
    store: JudgmentStore,
    settings: Settings,
    serve: Callable[[FastAPI], Any],
    tmp_path: Path,
) -> None:
    from mmdemo.web.app import create_app

    url = serve(create_app(colors, store, settings)).url
    queries = tmp_path / "queries.csv"
    queries.write_text("query_id,query\na,red mug\n", encoding="utf-8")

    # Sign in and make a campaign of 4 pairs for two judges each.
    lead = new_page()
    lead.goto(f"{url}/campaigns")
    sign_in(lead, "olga")
    lead.get_by_role("button", name="New campaign").click()
    lead.get_by_label("Title").fill("Spring")
    lead.locator("input[name=file]").set_input_files(queries)
    for ranker in ("image", "fused"):
        lead.locator(f"input[name=rankers][value={ranker}]").uncheck()
    lead.get_by_role("spinbutton", name="Depth").fill("4")
    lead.get_by_label("Judges for each pair").fill("2")
    expect(lead.locator(".mm-form-pool")).to_contain_text("4 pairs")
    lead.get_by_role("button", name="Create and open").click()
    warnings = lead.locator(".mm-campaign-warnings")
    expect(warnings).to_contain_text("judge")
    lead.get_by_role("button", name="Change").click()
    lead.get_by_role("menuitem", name="Judges who").click()
    for name in ("ann", "bob"):
        lead.get_by_role("checkbox", name=name).check()
    lead.get_by_role("button", name="Save").click()
    expect(lead.locator("dialog[open]")).to_have_count(0)

    # Two judges judge; they agree on three pairs of four.
    for name, keys in (("ann", "eeei"), ("bob", "eeec")):
        judge = type(judging)(new_page(), url)
        judge.page.goto(f"{url}/judge")
        sign_in(judge.page, name)
        judge.page.get_by_role("button", name="Start").click()
        expect(judge.title).to_be_visible()
        answered: dict[str, str] = {}
        order = ["p00", "p01", "p02", "p03"]
        for _ in order:
            photo = judge.page.locator(".mm-judge-stage img").get_attribute("src") or ""
            product = next(
                item.product_id
                for item in colors.engine.catalog  # type: ignore[union-attr]
                if item.images[0] in photo
            )
            answered[product] = keys[order.index(product)]
            judge.keys.press(answered[product])
            expect(judge.page.locator(f'.mm-judge-stage img[src="{photo}"]')).to_have_count(0)
        expect(judge.center).to_have_text("All done")
        expect(judge.pill).to_have_text("All saved")

    # Watch, look at the agreement, decide what is disputed.
    lead.reload()
    expect(lead.locator(".mm-campaign-all")).to_contain_text("8 of 8 judgments, 100%")
    judges = lead.get_by_role("region", name="Judges", exact=True)
    expect(judges.locator("tr").filter(has_text="ann")).to_contain_text("4")
    tabs = lead.locator(".mm-part-tabs")
    tabs.get_by_role("link", name="Quality").click()
    figures = lead.locator(".mm-figures-row > div")
    expect(figures.filter(has_text="Same grade").locator("dd").first).to_contain_text("75%")
    expect(figures.filter(has_text="Krippendorff").locator("dd").first).to_contain_text("0.")
    tabs.get_by_role("link", name="Disagreements").click()
    dispute = lead.locator(".mm-dispute")
    expect(dispute).to_have_count(1)
    expect(dispute.locator(".mm-dispute-answers li")).to_have_text(
        ["annIrrelevant", "bobComplement"]
    )
    dispute.get_by_label("Why").fill("A mug of another color goes with it.")
    dispute.get_by_role("button", name="Complement").click()
    expect(lead.locator(".mm-toast")).to_contain_text("Decided: Complement")
    tabs.get_by_role("link", name="History").click()
    events = lead.get_by_role("region", name="Events").locator("tbody tr")
    expect(events).to_have_count(9)
    expect(events.first).to_contain_text("decision")
    expect(events.first).to_contain_text("goes with it")
    lead.set_viewport_size({"width": 390, "height": 844})  # the table scrolls, not the page
    assert lead.evaluate("document.documentElement.scrollWidth") == 390
    lead.set_viewport_size({"width": 1280, "height": 720})

    # Export by a rule that puts decisions first.
    lead.get_by_role("button", name="Export").click()
    lead.get_by_role("radio", name="Decisions first").check()
    with lead.expect_download() as download:
        lead.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as bundle:
        names = {Path(name).name: name for name in bundle.namelist()}
        assert {"manifest.json", "qrels.txt"} <= set(names)
        manifest = json.loads(bundle.read(names["manifest.json"]))
        qrels = bundle.read(names["qrels.txt"]).decode().split("\n")
    assert "adjudicated" in json.dumps(manifest)
    assert {line.split()[2]: line.split()[3] for line in qrels if line} == {
        "p00": "3",
        "p01": "3",
        "p02": "3",
        "p03": "1",
    }
