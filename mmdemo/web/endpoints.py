"""Named Gradio endpoints for programs (docs/API.md). Knows no page."""

from __future__ import annotations

import gradio as gr
from fastapi.concurrency import run_in_threadpool

from mmdemo.errors import MmdemoError
from mmdemo.web.api.bodies import DEFAULT_TOP_K, SearchBody
from mmdemo.web.api.context import Context
from mmdemo.web.api.routes import search_of
from mmdemo.web.api.search import search_json


def add_endpoints(context: Context) -> None:
    """`/search`: text, photo, rankers, text_weight, top_k → what `POST /api/search` answers."""

    def work(
        text: str, photo: bytes | None, rankers: str, text_weight: float | None, top_k: float
    ) -> dict[str, object]:
        key = context.photos.keep(photo) if photo else ""
        names = [name.strip() for name in rankers.split(",") if name.strip()]
        asked = SearchBody(
            text=text or "", photo=key, rankers=names, text_weight=text_weight, top_k=int(top_k)
        )
        engine = context.engine()
        return search_json(engine, context.facets(engine.catalog), search_of(context, asked))

    async def search(
        text: str, photo: bytes | None, rankers: str, text_weight: float | None, top_k: float
    ) -> dict[str, object]:
        """Rank the catalog for a text, a photo or both, once by each ranker."""
        try:
            await context.handle.ready()
            return await run_in_threadpool(work, text, photo, rankers, text_weight, top_k)
        except (MmdemoError, ValueError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    with gr.Row(visible=False):
        inputs = [
            gr.Textbox(label="Words to search for", value=""),
            gr.File(label="Photo to search with", type="binary"),
            gr.Textbox(label="Rankers, separated by commas", value="text,image,fused"),
            gr.Number(label="Weight of text, 0 to 1; none for the catalog's own", value=None),
            gr.Number(label="Results per list", value=DEFAULT_TOP_K),
        ]
        gr.Button("Search").click(
            search, inputs, gr.JSON(), api_name="search", concurrency_limit=None
        )
