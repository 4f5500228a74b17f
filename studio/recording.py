"""Record the demo for the README: `docs/demo.webp`, and `docs/page.webp` as a still.

    python -m studio.recording URL

URL is a running `mmdemo demo`. Needs Chromium (`--chromium PATH`). Grades given on the way go into
the labels of that server, so start it with `--labels` of its own.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = (1280, 940)
QUALITY = 62
MOST = 3_000_000  # bytes
STORY = "blue teapot"
# Screenshots show no pointer.
POINTER = """
const dot = document.createElement("div");
dot.style.cssText = "position:fixed;z-index:99999;width:22px;height:22px;border-radius:50%;" +
  "background:#e11d48aa;border:2px solid #fff;pointer-events:none;left:-40px;top:-40px;" +
  "transform:translate(-50%,-50%)";
addEventListener("DOMContentLoaded", () => document.body.append(dot));
addEventListener("mousemove", (e) => {
  dot.style.left = e.clientX + "px"; dot.style.top = e.clientY + "px";
}, true);
"""


class Recorder:
    """Frames of a page, each with how long it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def hold(self, seconds: float) -> None:
        """Show the page as it is now."""
        self.frames.append(Image.open(io.BytesIO(self.page.screenshot())).convert("RGB"))
        self.durations.append(int(1000 * seconds))

    def click(self, target: Locator) -> None:
        """Move the pointer there in sight, and click."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        if box is None:
            raise SystemExit(f"not to be seen: {target}")
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.hold(0.7)
        target.click()

    def save(self, path: Path) -> None:
        """Write an animation that goes on for ever."""
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.durations,
            loop=0,
            quality=QUALITY,
            method=6,
        )
        size = path.stat().st_size
        if size > MOST:
            raise SystemExit(f"{path} is too large: {size} bytes, at most {MOST}")


def main() -> None:
    """Drive the page through a story and record it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("url")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    args = parser.parse_args()
    with _page(args.chromium) as page:
        recorder = Recorder(page)
        page.goto(args.url)
        stories = page.locator(".mm-story")
        expect(stories.first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="No, thanks").click()  # the tour's offer
        page.wait_for_timeout(500)
        recorder.hold(3)
        recorder.click(stories.filter(has_text=STORY))
        _settled(page)
        recorder.hold(4)
        Image.open(io.BytesIO(page.screenshot())).save(DOCS / "page.webp", quality=80, method=6)
        slider = page.locator("input[type=range]").first
        slider.scroll_into_view_if_needed()
        for weight in ("0.5", "0.75", "1", "0.7", "0.4", "0.2"):
            slider.fill(weight)
            page.wait_for_timeout(350)
            recorder.hold(0.9)
        for _ in range(4):
            recorder.click(page.get_by_role("button", name="Next story"))
            _settled(page)
            recorder.hold(3)
        recorder.save(DOCS / "demo.webp")


@contextmanager
def _page(chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce"
        )
        page.add_init_script(POINTER)
        yield page
        browser.close()


def _settled(page: Page) -> None:
    expect(page.locator(".mm-card").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)


if __name__ == "__main__":
    main()
