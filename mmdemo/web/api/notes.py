"""Keep tags and comments of the page over HTTP, answered once they are safe. Knows no analysis.

A status tells the page's outbox the same as for judgments (`mmdemo.web.labels_api`).
"""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from mmdemo.errors import LabelConflictError, LabelError
from mmdemo.labels import NoteStore, checked_note
from mmdemo.records import Note, StoredNote
from mmdemo.web.api.analysis_bodies import NoteBody
from mmdemo.web.api.context import Context
from mmdemo.web.json_route import JsonRoute, Refusal, Who, first_problem, json_body, judge_of

MAX_BODY = 256 * 1024  # bytes; the longest note that can be stored, escaped


class Notebook:
    """The notes of a database, opened when somebody first asks for them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: NoteStore | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> NoteStore:
        """The store.

        Raises:
            LabelError: the database cannot be used.
        """
        with self._lock:
            if self._store is None:
                self._store = NoteStore(self._url)
            return self._store

    def close(self) -> None:
        """Close it if it was opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def note_routes(context: Context, notebook: Notebook, who: Who) -> APIRouter:
    """Make the routes ``GET /api/analysis/notes`` and ``POST /api/analysis/notes``."""
    router = APIRouter(prefix="/api/analysis", route_class=JsonRoute)

    @router.get("/notes")
    def notes(request: Request, query_id: str | None = None) -> JSONResponse:
        judge_of(request, who)
        scope = scope_of(context)
        try:
            found = notebook.store.current(scope=scope, query_id=query_id)
            tags = notebook.store.tags(scope=scope)
        except LabelError as error:
            raise Refusal(503, "unavailable", str(error)) from error
        return JSONResponse({"notes": [note_json(stored) for stored in found], "tags": tags})

    @router.post("/notes")
    def add(
        request: Request, body: Annotated[bytes, Depends(json_body(MAX_BODY, "a note"))]
    ) -> JSONResponse:
        author = judge_of(request, who)
        note = _parsed(body, scope_of(context), author)
        try:
            stored = notebook.store.add(note)
        except LabelConflictError as error:
            raise Refusal(409, "conflict", str(error)) from error
        except LabelError as error:
            raise Refusal(503, "unavailable", str(error)) from error
        return JSONResponse(note_json(stored))

    return router


def scope_of(context: Context) -> str:
    """What the notes of the served catalog belong to."""
    return context.engine().catalog.catalog_id


def note_json(stored: StoredNote) -> dict[str, object]:
    """A note as the page gets it."""
    note = stored.note
    return {
        "client_event_id": note.client_event_id,
        "author": note.author,
        "query_id": note.query_id,
        "query_text": note.query_text,
        "product_id": note.product_id,
        "tags": list(note.tags),
        "comment": note.comment,
        "clicked_at": note.clicked_at.isoformat(),
        "sequence": stored.sequence,
    }


def _parsed(body: bytes, scope: str, author: str) -> Note:
    try:
        event = NoteBody.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, "invalid", first_problem(error.errors())) from error
    if event.judge is not None and event.judge != author:
        raise Refusal(
            409, "other_judge", f"this note is of {event.judge!r}, but {author!r} is signed in"
        )
    values = event.model_dump(exclude={"judge"}) | {"tags": tuple(event.tags)}
    try:
        return checked_note(Note(scope=scope, author=author, **values))
    except LabelError as error:
        raise Refusal(422, "invalid", str(error)) from error
