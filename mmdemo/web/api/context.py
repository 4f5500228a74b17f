"""What the routes share: the engine, when it is there, and queries made of what was sent.

Knows no route and no answer.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.catalog.facets import Facets
from mmdemo.errors import QueryError
from mmdemo.records import Query
from mmdemo.web.api.bodies import MAX_CHARACTERS
from mmdemo.web.json_route import Refusal
from mmdemo.web.loading import EngineHandle, LoadState
from mmdemo.web.photos import QueryPhotos

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.labels import JudgmentStore
    from mmdemo.search import SearchEngine


class Context:
    """What answers are made from.

    Attributes:
        handle: the engine that is there, or will be.
        photos: photos that people search with.
        store: judgments.
    """

    def __init__(
        self,
        handle: EngineHandle,
        photos: QueryPhotos,
        store: JudgmentStore,
        directory: Path | None = None,
    ) -> None:
        self.handle, self.photos, self.store = handle, photos, store
        self._directory = directory
        self._catalog: Catalog | None = None
        self._facets: tuple[Catalog, Facets] | None = None
        self._lock = threading.Lock()

    @property
    def directory(self) -> Path | None:
        """The catalog's folder, also where it has no index; None while it is still made."""
        engine = self.handle.engine
        return self._directory if engine is None else engine.catalog.directory

    def engine(self) -> SearchEngine:
        """The engine.

        Raises:
            Refusal: it is not there yet, or could not be opened.
        """
        if self.handle.engine is None:
            if self.handle.state is LoadState.FAILED:
                raise Refusal(503, "failed", self.handle.message)
            raise Refusal(503, "loading", "the model is still loading; try again in a moment")
        return self.handle.engine

    def catalog(self) -> Catalog:
        """The catalog, also while the engine is loading or where it could not be opened.

        Raises:
            Refusal: it is not there yet.
        """
        if self.handle.engine is not None:
            return self.handle.engine.catalog
        if self.directory is None:
            raise Refusal(503, "loading", "the catalog is still being made; try again in a moment")
        with self._lock:
            if self._catalog is None:
                from mmdemo.catalog import Catalog

                self._catalog = Catalog.open(self.directory)
            return self._catalog

    def facets(self, catalog: Catalog) -> Facets:
        """What the catalog can be filtered by; found out once."""
        with self._lock:
            if self._facets is None or self._facets[0] is not catalog:
                self._facets = catalog, Facets(catalog.products)
            return self._facets[1]

    def query(self, text: str, photo: str) -> Query:
        """Make a query from what was typed and the key of a kept photo.

        Raises:
            QueryError: it is too long, empty, or the photo is not kept here.
        """
        text = text.replace("\0", " ").strip()  # a judgment of it could not be stored with NUL
        if len(text) > MAX_CHARACTERS:
            raise QueryError(
                "the query is too long",
                got=f"{len(text)} characters",
                expected=f"at most {MAX_CHARACTERS}",
            )
        if not text and not photo:
            raise QueryError("nothing to search for", remedy="type a few words or add a photo")
        return Query(text, self.photos.read(photo) if photo else None)
