"""Answer what the page asks. Knows no component."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool

from mmdemo.errors import QueryError
from mmdemo.records import Query
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos
from mmdemo.web.view import ListView, list_view

RANKERS = ("text", "image", "fused")  # the page's lists, from left to right
MAX_CHARACTERS = 512  # longer than any search; towers cut off far earlier
MAX_RESULTS = 100


class Searcher:
    """The engine as the page uses it: texts and photo keys in, lists of cards out."""

    def __init__(self, handle: EngineHandle, photos: QueryPhotos) -> None:
        self.handle = handle
        self.photos = photos

    async def query(self, text: str, photo: str) -> Query:
        """Make a query from what was typed and the key of a kept photo.

        Raises:
            QueryError: it is too long, empty, or the photo is not kept here.
        """
        text = (text or "").strip()
        if len(text) > MAX_CHARACTERS:
            raise QueryError(
                "the query is too long",
                got=f"{len(text)} characters",
                expected=f"at most {MAX_CHARACTERS}",
            )
        if not text and not photo:
            raise QueryError("nothing to search for", remedy="type a few words or add a photo")
        image = await run_in_threadpool(self.photos.read, photo) if photo else None
        return Query(text=text, image=image)

    async def search(
        self,
        query: Query,
        *,
        text_weight: float | None,
        top_k: int,
        rankers: Sequence[str] = RANKERS,
    ) -> dict[str, ListView]:
        """Rank the catalog once per ranker, when the engine is there.

        Without a weight the catalog's own is taken.

        Raises:
            MmdemoError: the engine could not be opened, or cannot search this query.
        """
        if text_weight is not None and not 0 <= text_weight <= 1:
            raise QueryError("the weight of text is not usable", got=text_weight, expected="0 to 1")
        if not 1 <= top_k <= MAX_RESULTS:
            raise QueryError(
                "the number of results is not usable", got=top_k, expected=f"1 to {MAX_RESULTS}"
            )
        engine = await self.handle.ready()
        weight = engine.text_weight if text_weight is None else text_weight

        def work() -> dict[str, ListView]:
            rankings = engine.search(query, rankers=rankers, text_weight=weight, top_k=top_k)
            return {
                name: list_view(rankings[name], engine.catalog, text_weight=weight)
                for name in rankers
            }

        return await run_in_threadpool(work)
