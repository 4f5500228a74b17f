"""Answer the events of the search page: values for its components, in order. Knows no layout."""

from __future__ import annotations

import logging
import secrets
from time import perf_counter
from typing import Any

import gradio as gr

from mmdemo.errors import MmdemoError
from mmdemo.web.loading import LoadState
from mmdemo.web.searching import RANKERS, Searcher
from mmdemo.web.view import ListView, describe_models, empty_view, example_queries

logger = logging.getLogger(__name__)

TOP_K_CHOICES = (10, 20, 50)
DEFAULT_TOP_K = 20


class Answers:
    """What each event of the page answers: values for its components, in order."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    async def opened(self, request: gr.Request) -> list[Any]:
        """When the engine is there: names, examples, and the search that the address asks for."""
        handle = self._searcher.handle
        try:
            engine = await handle.ready()
        except MmdemoError as error:
            header: dict[str, Any] = {"state": LoadState.FAILED, "message": str(error)}
            return [header, *[gr.skip()] * 9]
        catalog = engine.catalog
        header = {
            "state": LoadState.READY,
            "catalog": catalog.name,
            "campaign": f"open/{catalog.name}",
            "products": len(catalog),
            "models": describe_models(engine),
            "judge": request.username or "",
        }
        chips = {"examples": example_queries(catalog), "chosen": ""}
        asked = request.query_params
        text, photo = asked.get("q", ""), asked.get("photo", "")
        weight = _number(asked.get("weight"), default=engine.text_weight, low=0, high=1)
        top_k = int(_number(asked.get("top"), default=DEFAULT_TOP_K, low=1, high=50))
        top_k = top_k if top_k in TOP_K_CHOICES else DEFAULT_TOP_K
        answer: list[Any] = [gr.skip()] * 4
        if text or photo:
            answer = await self.searched(text, {"key": photo}, weight, top_k)
        # What was typed while the engine was loading stays.
        asked_for = [text, {"key": photo}] if text or photo else [gr.skip()] * 2
        return [header, chips, *asked_for, weight, top_k, *answer]

    async def searched(
        self,
        text: str,
        photo: dict[str, Any] | None,
        weight: float | None,
        top_k: int,
        header: dict[str, Any] | None = None,
    ) -> list[Any]:
        """The summary and all lists.

        A search made before `opened` has answered gets the catalog's own weight: the slider does
        not stand there yet.
        """
        key = str((photo or {}).get("key", ""))
        try:
            query = await self._searcher.query(text, key)
            await self._searcher.handle.ready()
            if (header or {}).get("state") == LoadState.LOADING:
                weight = None
            started = perf_counter()
            views = await self._searcher.search(query, text_weight=weight, top_k=top_k)
        except MmdemoError as error:
            return _no_answer(str(error))
        except Exception:
            logger.exception("search for %r failed", text)
            return _no_answer("the search could not be made; the server's log says why")
        summary = no_summary() | {
            "query_text": query.text,
            "photo": key,
            "query_id": query.query_id,
            "text_weight": views[RANKERS[-1]]["text_weight"],
            "top_k": top_k,
            "milliseconds": round((perf_counter() - started) * 1000, 1),
        }
        return [summary, *(views[name] for name in RANKERS)]

    async def example_chosen(self, chips: dict[str, Any], weight: float, top_k: int) -> list[Any]:
        """The example as the query, without a photo, and its answer."""
        text = str(chips.get("chosen", ""))
        return [text, {"key": ""}, *await self.searched(text, None, weight, top_k)]

    async def searched_again(self, summary: dict[str, Any], weight: float, top_k: int) -> list[Any]:
        """The last query with another number of results."""
        if not summary.get("query_id"):
            return _no_answer(str(summary.get("error", "")))
        text, photo = str(summary.get("query_text", "")), {"key": summary.get("photo", "")}
        return await self.searched(text, photo, weight, top_k)

    async def reweighted(
        self, summary: dict[str, Any], weight: float, top_k: int
    ) -> ListView | dict[str, Any]:
        """The fused list of the last query; what was typed since then waits for Enter."""
        if not summary.get("query_id"):
            nothing: dict[str, Any] = gr.skip()
            return nothing
        text, photo = str(summary.get("query_text", "")), str(summary.get("photo", ""))
        try:
            query = await self._searcher.query(text, photo)
            views = await self._searcher.search(
                query, text_weight=weight, top_k=top_k, rankers=RANKERS[-1:]
            )
        except MmdemoError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return views[RANKERS[-1]]


def _no_answer(error: str) -> list[Any]:
    return [no_summary() | {"error": error}, *(empty_view(name) for name in RANKERS)]


def no_summary() -> dict[str, Any]:
    """The summary before the first search, or of one that could not be made."""
    return {
        "answer": secrets.token_hex(4),
        "error": "",
        "query_text": "",
        "photo": "",
        "query_id": "",
        "text_weight": None,
        "top_k": 0,
        "milliseconds": None,
    }


def _number(text: str | None, *, default: float, low: float, high: float) -> float:
    """A number from the address, or the default: a mangled link still opens the page."""
    try:
        value = float(text) if text is not None else default
    except ValueError:
        return default
    return value if low <= value <= high else default
