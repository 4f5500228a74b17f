"""How soon a person sees what they asked for, in real browsers on a real server.

    python -m benchmarks.browser --catalog DIR QUERY...

For each query: how long the server took, and how long after the answer's last byte all cards of
three lists are painted. For the slider: from a step to its painted ranking. For grades: four
browsers click at once, each twice a second; how long until the server has committed the click, as
the browser sees it. And what the page weighs, photos left out. Browsers and server share the cores.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page import serving

BROWSERS = 4
CLICKS = 40  # of each browser
STEPS = 20  # of the slider
_OPTIONS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]

# Watches what the page does; the page knows nothing of it.
_WATCH = """() => {
    window.asked = [];
    const fetched = window.fetch;
    window.fetch = async (...call) => {
        const route = new URL(String(call[0]), document.baseURI).pathname;
        const started = performance.now();
        const response = await fetched(...call);
        const json = response.json.bind(response);
        response.json = async () => {
            const value = await json();
            const entry = { route, started, ended: performance.now() };
            window.asked.push(entry);
            if (route.endsWith("/api/search")) {
                // After the page's own work: the second frame begins when the first is painted.
                setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => {
                    entry.painted = performance.now();
                })));
            }
            return value;
        };
        return response;
    };
}"""
_LAST_PAINTED = """(count) => {
    const searches = window.asked.filter(({ route }) => route.endsWith("/api/search"));
    return searches.length >= count && searches.at(-1).painted !== undefined && searches.at(-1);
}"""


def measure(address: str, queries: list[str]) -> dict[str, object]:
    """Milliseconds, medians and 95th percentiles."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_OPTIONS)
        page = _open(browser, address)
        found: dict[str, object] = {"page_bytes": _weight(browser, address)}
        found |= _searches(page, queries)
        found["slider_to_paint"] = _slider(page)
        page.close()
        found["grade_committed"] = _grades(browser, address, queries[0])
        browser.close()
    return found


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    page.locator(".mm-chips").wait_for()
    page.evaluate(_WATCH)
    return page


def _searches(page: Page, queries: list[str]) -> dict[str, object]:
    answered, painted = [], []
    for count, query in enumerate(queries, start=1):
        page.fill("#mm-query", query)
        page.press("#mm-query", "Enter")
        entry = page.wait_for_function(_LAST_PAINTED, arg=count).json_value()
        answered.append(entry["ended"] - entry["started"])
        painted.append(entry["painted"] - entry["ended"])
        page.wait_for_timeout(200)
    assert page.locator(".mm-card").count() == 60
    return {"search_answered": _summary(answered), "cards_painted_after": _summary(painted)}


def _slider(page: Page) -> dict[str, float]:
    times = []
    for step in range(STEPS):
        page.evaluate("window.asked = []")
        page.locator(".mm-weight input").fill(str((step % 10) / 10))
        entry = page.wait_for_function(_LAST_PAINTED, arg=1).json_value()
        times.append(entry["painted"] - entry["started"])
    return _summary(times)


def _grades(browser: Browser, address: str, query: str) -> dict[str, float]:
    """Four browsers take turns within each half second, so that their clicks are on their way."""
    pages = [_open(browser, address) for _ in range(BROWSERS)]
    for page in pages:
        page.fill("#mm-query", query)
        page.press("#mm-query", "Enter")
        page.locator(".mm-card").nth(59).wait_for(state="attached")
        page.get_by_role("button", name="Grade", exact=True).click()
        page.evaluate(
            """(clicks) => {
                const cards = [...document.querySelectorAll(".mm-card")];
                let click = 0;
                const timer = setInterval(() => {
                    if (click === clicks) return clearInterval(timer);
                    const card = cards[click % cards.length];
                    card.querySelector(`button[data-grade="${click % 4}"]`).click();
                    click += 1;
                }, 500);
            }""",
            CLICKS,
        )
    saved = "() => window.asked.filter(({ route }) => route.endsWith('/api/labels')).length >= {}"
    times: list[float] = []
    deadline = time.monotonic() + 60 + CLICKS
    for page in pages:
        page.wait_for_function(
            saved.replace("{}", str(CLICKS)), timeout=1000 * (deadline - time.monotonic())
        )
        times += page.evaluate(
            """() => window.asked.filter(({ route }) => route.endsWith("/api/labels"))
                .map(({ started, ended }) => ended - started)"""
        )
    return _summary(times)


def _weight(browser: Browser, address: str) -> int:
    """Bytes on the wire of a first visit with an empty cache, photos left out."""
    page = browser.new_context().new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    network.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    page.goto(address)
    page.locator(".mm-chips button").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.close()
    return int(sum(size for request, size in sizes.items() if kinds.get(request) != "Image"))


def _summary(milliseconds: list[float]) -> dict[str, float]:
    return {
        "median_ms": round(float(np.median(milliseconds)), 1),
        "p95_ms": round(float(np.quantile(milliseconds, 0.95)), 1),
    }


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=main.__doc__)
    parser.add_argument("--catalog", type=Path, required=True, help="an indexed catalog")
    parser.add_argument("queries", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        labels = Path(name) / "labels.sqlite3"
        with serving(args.catalog, labels) as address:
            print(json.dumps(measure(address, args.queries), indent=2))


if __name__ == "__main__":
    main()
