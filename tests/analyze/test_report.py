import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.analyze import (
    Analysis,
    Space,
    Study,
    analyze,
    report_html,
    report_markdown,
    study_of_engine,
    tables,
)
from mmdemo.catalog import keep_photo, write_catalog
from mmdemo.index import ProductVectors
from mmdemo.records import Product, Query, Topic
from mmdemo.search import SearchEngine, Weights
from mmdemo.towers import Towers

HOSTILE = "<script>alert(1)</script> ${x} \"quoted\" 'it' & | תפוח\n# x"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def whole(
    make_engine: Callable[..., tuple[SearchEngine, ProductVectors]], towers: Towers
) -> Analysis:
    """An analysis with weights and halves."""
    engine, _ = make_engine(towers, 60, no_photo=0.2)
    topics = [Topic(f"q{i}", Query(f"{word} cup")) for i, word in enumerate("abcdefghijklmno")]
    ids = [product.product_id for product in engine.catalog]
    qrels = {
        t.topic_id: {p: (i + j) % 4 for i, p in enumerate(ids) if (i + j) % 3}
        for j, t in enumerate(topics)
    }
    study = study_of_engine(engine, ["bm25", "text", "image", "fused"], topics, qrels)
    return analyze(study, space=Space.of_engine(engine, topics), served_weights=Weights())


def test_json_reads_back_equal(whole: Analysis) -> None:
    assert Analysis.from_json(whole.to_json()) == whole
    with pytest.raises(ValueError, match="validation error"):
        Analysis.from_json(b"{}")


def test_the_page_has_every_part_and_needs_nothing_else(whole: Analysis) -> None:
    page = report_html(whole, title="Shop", now=NOW)
    headings = (
        *("Rankers", "Differences", "Does it stand?", "What fusion did, query by query"),
        *("The weight of text", "The two halves", "How it was made"),
    )
    for heading in headings:
        assert f"<h2>{heading}</h2>" in page
    assert "2026-03-01 12:00 UTC" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:)""", page)
    assert "url(" not in page
    assert "@import" not in page
    assert "None" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert page.count("<svg") == page.count("</svg>") > 10


def test_the_weight_is_drawn_as_on_the_search_page_and_told_as_it_is_served(
    whole: Analysis,
) -> None:
    assert whole.weights is not None
    (all_queries, *others) = whole.weights.curves
    served = replace(all_queries, served=0.5, served_weights=(0.35, 0.45))
    weights = replace(
        whole.weights, served=0.45, served_photo=0.35, at_served=0.5, curves=(served, *others)
    )
    page = report_html(replace(whole, weights=weights))
    # text at the left: 1 at pixel 48, 0 at 708, so 0.45 at 708 - 0.45 * 660 and 0.35 at 477
    assert '<text x="48.0" y="300" class="note">text only</text>' in page
    assert '<text x="708.0" y="300" class="note end">image only</text>' in page
    assert 'class="served" x1="477.0" x2="411.0"' in page
    assert page.count('<circle class="served" cx="411.0"') == 1
    assert "in use: 0.45, with a photo 0.35 → 0.500" in page
    assert "What is in use, 0.45, with a photo 0.35, gives 0.500;" in page
    assert "| in use | 0.45, with a photo 0.35 | 0.500 |" in report_markdown(
        replace(whole, weights=weights)
    )


def test_markdown_has_the_same_verdict(whole: Analysis) -> None:
    text = report_markdown(whole, title="Shop", now=NOW)
    assert text.startswith("# Shop\n")
    assert whole.verdict is not None
    assert whole.verdict.sentence.replace("<", "&lt;") in text
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.endswith("|")
    # Each table has one width.
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1


def test_words_of_a_shop_stay_words(make_study: Callable[..., Study], tmp_path: Path) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (30, 40), "red").save(photo, "PNG")
    key = keep_photo(tmp_path / "shop", photo.getvalue())
    product = Product("a", HOSTILE, category=HOSTILE, images=(key,))
    catalog = write_catalog(tmp_path / "shop", [product])
    lists = {
        "text": {"q1": "x a", "q2": "a"},
        "image": {"q1": "a", "q2": "x"},
        "fused": {"q1": "a", "q2": "x"},
    }
    found = analyze(
        make_study(
            lists,
            {"q1": {"a": 3}, "q2": {"a": 3}},
            texts={"q1": HOSTILE, "q2": "plain"},
            products=[product],
            facets={HOSTILE: {"q1": HOSTILE, "q2": "b"}},
        )
    )
    page = report_html(found, title=HOSTILE, catalog=catalog)
    assert "<script" not in page
    assert page.count("data:image/") >= 4
    assert page.count("no photo") >= 2
    text = report_markdown(found, title=HOSTILE)
    assert "<script" not in text
    assert "\n# x" not in text


def test_one_ranker_alone_makes_a_report_too(make_study: Callable[..., Study]) -> None:
    found = analyze(make_study({"text": {"q1": "a"}}, {"q1": {"a": 1}}))
    assert found.verdict is None
    assert "nothing to compare" in report_html(found)
    assert "nothing to compare" in report_markdown(found)


def test_tables_have_a_header_and_equal_rows(whole: Analysis) -> None:
    found = tables(whole)
    assert set(found) == {
        "rankers", "comparisons", "checks", "segments", "queries", "moves", "weights", "to_grade",
        "holes",
    } - ({"segments"} if not whole.segments else set())  # fmt: skip
    for rows in found.values():
        assert len({len(row) for row in rows}) == 1
    assert len(found["queries"]) == 1 + 15
    assert len(found["comparisons"]) == 1 + 6
    assert found["holes"][0][:3] == ["query_id", "query", "product_id"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_with_all_pictures(whole: Analysis, tmp_path: Path, scheme: str) -> None:
    import os
    import shutil

    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_text(report_html(whole, title="Shop"))
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        program = program or playwright.chromium.executable_path
        if not Path(program).is_file():
            pytest.skip("no Chromium found; install it or name it in TEST_CHROMIUM")
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--headless", "--disable-gpu"]
        )
        context = browser.new_context(offline=True, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.on("requestfailed", lambda request: problems.append(request.url[:80]))
        page.goto(path.as_uri())
        broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found = Axe().run(page).response["violations"]
        browser.close()
    assert (problems, broken, wide) == ([], 0, False)
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
