"""Accounts as people meet them: sign in, be invited, be signed out in the middle, lead others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role

pytestmark = pytest.mark.browser


@pytest.fixture
def url(people: Accounts, serve: Callable[[FastAPI], Any], app: FastAPI) -> str:
    """A running server with users."""
    return str(serve(app).url)


def sign_in(page: Page, name: str, password: str) -> None:
    """On the page that asks for it."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def arrived(page: Page) -> Page:
    """Signed in, and on one of the pages that Gradio brings, which a busy machine is slow with."""
    page.locator(".mm-account button").wait_for(timeout=30_000)
    return page


def test_sign_in_go_on_and_sign_out(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/?q=red+shirt")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    sign_in(page, "vic", "wrong horse battery")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    sign_in(page, "vic", password)
    arrived(page)
    expect(page.locator("#mm-query")).to_have_value("red shirt")
    expect(page.locator(".mm-card").first).to_be_visible()
    menu = page.get_by_role("button", name="Signed in as vic")
    menu.click()
    expect(page.get_by_role("menuitem")).to_have_text(["Change password", "Sign out"])
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{url}/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_judge_is_offered_no_page_of_others(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/analysis")
    sign_in(page, "ann", password)
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    expect(page.get_by_text("This is for leads and viewers; ann is signed in")).to_be_visible()
    expect(page.get_by_role("link", name="Go to your page")).to_have_attribute(
        "href", f"{url}/judge"
    )


def test_too_many_attempts_are_told_with_the_wait(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    for _ in range(11):
        with page.expect_response("**/api/session"):
            sign_in(page, "ann", "wrong horse battery")
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    expect(page.get_by_role("alert")).to_have_text(
        "Too many attempts to sign in; try again in 15 minutes."
    )


def test_from_a_link_to_an_account(
    page: Page, browser: Browser, url: str, password: str, people: Accounts
) -> None:
    page.goto(f"{url}/users")
    sign_in(page, "olga", password)
    arrived(page)
    page.get_by_label("Role", exact=True).select_option("Viewer")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert link.startswith(f"{url}/invitation#")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Take back")).to_have_count(1)
    context = browser.new_context()
    guest = context.new_page()
    sent: list[str] = []
    guest.on("request", lambda request: sent.append(request.url))
    guest.goto(link)
    expect(guest.get_by_text("olga invites you to look at searches")).to_be_visible()
    guest.get_by_label("Your name").fill("olga")
    guest.get_by_label("Choose a password", exact=True).fill("short")
    guest.get_by_role("button", name="Begin").click()
    expect(guest.get_by_role("alert")).to_contain_text("too short")
    guest.get_by_label("Choose a password", exact=True).fill("plum rocket window")
    guest.get_by_role("button", name="Begin").click()
    expect(guest.get_by_role("alert")).to_contain_text("The name is taken")
    guest.get_by_label("Your name").fill("Eva Ó Briain")
    guest.get_by_role("button", name="Begin").click()
    arrived(guest)
    expect(guest.get_by_role("button", name="Signed in as Eva Ó Briain")).to_be_visible()
    token = link.partition("#")[2]
    assert not [address for address in sent if token in address]  # no log ever gets it
    guest.goto(f"{url}/healthz")
    guest.goto(link)
    expect(guest.get_by_role("alert")).to_contain_text("This invitation has been used")
    context.close()
    found = people.users.find("Eva Ó Briain")
    assert found is not None
    assert found.role is Role.VIEWER


def test_a_lead_changes_what_others_may_do(
    page: Page, url: str, password: str, people: Accounts
) -> None:
    page.goto(f"{url}/users")
    sign_in(page, "olga", password)
    arrived(page)
    page.get_by_label("Role of vic").select_option("Judge")
    expect(page.locator(".mm-toast")).to_contain_text("vic is a judge now")
    page.get_by_label("Add ann to a campaign").select_option("fall")
    expect(page.locator(".mm-toast")).to_contain_text("ann may judge fall")
    page.get_by_role("button", name="Take ann out of spring").click()
    expect(page.locator(".mm-toast")).to_contain_text("ann judges spring no more")
    page.get_by_role("button", name="Disable bob").click()
    expect(page.get_by_text("Disabled")).to_be_visible()
    page.get_by_label("Role of olga").select_option("Viewer")
    expect(page.locator(".mm-toast-problem")).to_contain_text("Olga is the only lead")
    expect(page.get_by_label("Role of olga")).to_have_value("lead")
    roles = {user.name: (user.role, user.disabled_at is None) for user in people.users.all()}
    assert roles == {
        "ann": (Role.JUDGE, True),
        "bob": (Role.JUDGE, False),
        "olga": (Role.LEAD, True),
        "vic": (Role.JUDGE, True),
    }
    assert people.members.campaigns("ann") == ["fall"]


def test_another_password(page: Page, url: str, password: str, people: Accounts) -> None:
    page.goto(f"{url}/password")
    sign_in(page, "vic", password)
    page.get_by_label("Password so far", exact=True).fill(password)
    page.get_by_label("New password", exact=True).fill("plum rocket window")
    page.get_by_role("button", name="Change it").click()
    arrived(page)
    expect(page.get_by_role("button", name="Signed in as vic")).to_be_visible()
    people.sign_in("vic", "plum rocket window", address="")


def test_signed_out_while_grading_loses_nothing(
    page: Page, url: str, password: str, people: Accounts, store: JudgmentStore
) -> None:
    page.goto(f"{url}/?q=red+shirt")
    sign_in(page, "olga", password)
    arrived(page)
    page.get_by_role("button", name="Grade").first.click()
    card = page.locator('.mm-column[data-ranker="text"] .mm-card[data-product="p09"]')
    card.press("e")
    expect(card).to_have_attribute("data-state", "saved")
    people.set_password("olga", "plum rocket window")  # ends all sessions, as a lead could
    page.context.clear_cookies()
    other = page.locator('.mm-column[data-ranker="text"] .mm-card[data-product="p10"]')
    other.press("i")
    bar = page.locator(".mm-signed-out")
    expect(bar).to_contain_text("You are signed out")
    expect(page.locator(".mm-pill")).to_have_text("1 waiting…")
    bar.get_by_role("link", name="Sign in").click()
    sign_in(page, "olga", "plum rocket window")
    arrived(page)
    expect(page.locator("#mm-query")).to_have_value("red shirt")
    expect(page.locator(".mm-pill")).to_have_text("All saved")
    grades = {(e.judgment.judge, e.judgment.product_id): e.judgment.grade for e in store.events()}
    assert grades == {("olga", "p09"): 3, ("olga", "p10"): 0}


def entry(context: BrowserContext, url: str, path: str, password: str = "") -> Page:
    page = context.new_page()
    page.goto(f"{url}/{path}")
    if password:
        sign_in(page, "olga" if path != "analysis" else "ann", password)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_in_accessibility(
    browser: Browser, url: str, scheme: Any, password: str, people: Accounts
) -> None:
    _, token = people.invitations.make(Role.JUDGE, ["spring"], by="olga")
    states = [
        ("sign-in", "", "form"),
        (f"invitation#{token}", "", "form"),
        ("invitation#nonsense", "", "[role=alert]"),
        ("password", password, ".mm-entry-card >> text=Password so far"),
        ("analysis", password, ".mm-entry-card >> text=Go to your page"),
        ("users", password, ".mm-users-table"),
    ]
    problems: list[str] = []
    for path, given, ready in states:
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = entry(context, url, path, given)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.locator(ready).first.wait_for()
        found = Axe().run(page).response["violations"]
        context.close()
        serious = [v for v in found if v["impact"] in {"serious", "critical"}]
        assert [(path, v["id"], v["nodes"][0]["html"][:300]) for v in serious] == []
        assert problems == []


def test_no_policy_is_violated_before_sign_in(page: Page, url: str) -> None:
    page.add_init_script(
        "window.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective))"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/sign-in")
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.evaluate("window.violations") == []
    assert {address.partition("/")[0] for address in asked} == {"http:"}
    assert [address for address in asked if not address.startswith(url)] == []
