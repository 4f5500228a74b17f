"""Lay out the search page and wire its events. Knows no model, table or markup."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi.concurrency import run_in_threadpool

from mmdemo.errors import MmdemoError
from mmdemo.web.answers import DEFAULT_TOP_K, TOP_K_CHOICES, Answers, no_summary
from mmdemo.web.lists import PageParts
from mmdemo.web.loading import EngineHandle, LoadState
from mmdemo.web.page_files import PageFiles
from mmdemo.web.photos import QueryPhotos
from mmdemo.web.searching import RANKERS, Searcher
from mmdemo.web.view import empty_view

_WEIGHT_STEP = 0.05

THEME = gr.themes.Base(
    primary_hue="indigo",
    neutral_hue="slate",
    radius_size="lg",
    font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"),
    font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"),
)

# Runs in the browser before the request leaves: lists dim at once, the address names the search.
# Gradio hands over the values of inputs and outputs; only the inputs go on.
_SEARCHING = """(...values) => {{
    const detail = values.slice(0, {count});
    window.dispatchEvent(new CustomEvent("mmdemo:searching", {{ detail }}));
    return detail;
}}"""
_QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "queue": False,
    "concurrency_limit": None,
    "api_visibility": "private",
}


def page_head(files: PageFiles) -> str:
    """What goes into the document's head."""
    return (
        f'<link rel="stylesheet" href="{files.address("page.css")}">'
        f'<link rel="stylesheet" href="{files.address("cards.css")}">'
        '<meta name="color-scheme" content="light dark">'
    )


def build_page(handle: EngineHandle, photos: QueryPhotos, files: PageFiles) -> gr.Blocks:
    """The search page; its components appear before the engine is there."""
    searcher = Searcher(handle, photos)
    answers = Answers(searcher)
    parts = PageParts(files)
    with gr.Blocks(title="mmdemo", analytics_enabled=False, fill_width=True) as page:
        header = parts.header({"state": LoadState.LOADING, "message": ""})
        with gr.Column(elem_id="mm-ask"):
            with gr.Row(elem_id="mm-query-row"):
                photo = parts.photo()
                text = gr.Textbox(
                    label="Search the catalog",
                    show_label=False,
                    placeholder="What would a shopper type?",
                    container=False,
                    max_lines=1,
                    autofocus=True,
                    elem_id="mm-query",
                    html_attributes=gr.InputHTMLAttributes(
                        autocomplete="off", enterkeyhint="search"
                    ),
                )
                button = gr.Button("Search", variant="primary", elem_id="mm-search")
            chips = parts.chips()
        with gr.Row(elem_id="mm-tools"):
            summary = parts.summary(no_summary())
            top_k = gr.Radio(
                TOP_K_CHOICES, value=DEFAULT_TOP_K, label="Results per list", elem_id="mm-top-k"
            )
            weight = gr.Slider(
                0, 1, value=0.5, step=_WEIGHT_STEP, label="Weight of text", buttons=[],
                elem_id="mm-weight",
            )  # fmt: skip
        with gr.Row(elem_id="mm-lists"):
            lists = [parts.result_list(name, dict(empty_view(name))) for name in RANKERS]
        answer = [summary, *lists]

        opened = [header, chips, text, photo, weight, top_k, *answer]
        # Through the queue: its stream stays open however long the engine takes.
        page.load(answers.opened, None, opened, **_QUIET | {"queue": True})
        asked = [text, photo, weight, top_k, header]
        gr.on(
            [text.submit, button.click, photo.select],
            answers.searched, asked, answer, js=_SEARCHING.format(count=len(asked)), **_QUIET,
        )  # fmt: skip
        chosen = [chips, weight, top_k]
        chips.select(
            answers.example_chosen, chosen, [text, photo, *answer],
            js=_SEARCHING.format(count=len(chosen)), **_QUIET,
        )  # fmt: skip
        again = [summary, weight, top_k]
        top_k.input(
            answers.searched_again, again, answer, js=_SEARCHING.format(count=len(again)), **_QUIET
        )
        weight.input(answers.reweighted, again, lists[-1:], trigger_mode="always_last", **_QUIET)
        _add_endpoint(searcher, lists)
    return page


def _add_endpoint(searcher: Searcher, lists: list[gr.HTML]) -> None:
    """`/search` for programs: text, photo, text_weight, top_k → one object per list."""

    async def search(
        text: str, photo: bytes | None, text_weight: float | None, top_k: float
    ) -> list[Any]:
        """Rank the catalog for a text, a photo or both: by text, by image, fused."""
        try:
            key = await run_in_threadpool(searcher.photos.keep, photo) if photo else ""
            query = await searcher.query(text, key)
            views = await searcher.search(query, text_weight=text_weight, top_k=int(top_k))
        except MmdemoError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return [views[name] for name in RANKERS]

    with gr.Row(visible=False):
        inputs = [
            gr.Textbox(label="Words to search for", value=""),
            gr.File(label="Photo to search with", type="binary"),
            gr.Number(label="Weight of text, 0 to 1; none for the catalog's own", value=None),
            gr.Number(label="Results per list", value=DEFAULT_TOP_K),
        ]
        gr.Button("Search").click(search, inputs, lists, api_name="search", concurrency_limit=None)
