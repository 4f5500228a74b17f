"""Put pages, photos and grades behind one server. Knows no model and no table."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from mmdemo.labels.accounts import Accounts
from mmdemo.labels.campaigns import CampaignStore, Judging
from mmdemo.settings import Settings
from mmdemo.web.access import Access, AccessMiddleware
from mmdemo.web.api import (
    CampaignsDesk,
    Context,
    Desk,
    JudgesDesk,
    Notebook,
    QualityDesk,
    about_routes,
    analysis_routes,
    api_routes,
    campaign_routes,
    catalog_routes,
    judging_routes,
    note_routes,
    quality_routes,
    session_routes,
    user_routes,
)
from mmdemo.web.entry import EntryPages, entry_routes
from mmdemo.web.labels_api import label_routes
from mmdemo.web.loading import EngineHandle, LoadState
from mmdemo.web.lost import LostMiddleware
from mmdemo.web.markdown_api import markdown_routes
from mmdemo.web.media import media_routes
from mmdemo.web.page import THEME, build_page, page_head
from mmdemo.web.page_files import PageFiles
from mmdemo.web.photos import MAX_BYTES, QueryPhotos, labels_folder, photo_routes
from mmdemo.web.security import SecurityMiddleware, is_loopback

if TYPE_CHECKING:
    from mmdemo.labels import JudgmentStore


def create_app(engine: EngineHandle, store: JudgmentStore, settings: Settings) -> FastAPI:
    """The web application; it begins to open the engine when it starts to serve.

    Our own routes come first: Gradio answers every address that is left.
    """
    accounts = Accounts(store.database)
    access = Access(accounts, settings.judge)
    who = access.who

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine.start()
        yield
        notebook.close()

    app = FastAPI(
        title="mmdemo", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    photos, files = QueryPhotos.beside_labels(settings), PageFiles()
    entry = EntryPages(files)
    app.add_middleware(LostMiddleware, page=entry.lost)
    app.add_middleware(AccessMiddleware, access=access, refused=entry.refused)
    app.add_middleware(SecurityMiddleware, host=settings.host)  # the outer one
    context = Context(engine, photos, store, settings.catalog)
    notebook = Notebook(settings.labels)
    desk = Desk(store, labels_folder(settings) / "analyses", photos)
    campaigns, judging = CampaignStore(store.database), Judging(store.database)
    may_judge = accounts.members.may_judge
    judges = JudgesDesk(context, campaigns, judging, notebook, may_judge=may_judge)
    leads = CampaignsDesk(context, campaigns, notebook, accounts, alone=settings.judge)
    accounts.on_sign_out(judging.release_all)  # so that others need not wait for it
    grades = QualityDesk(context, store, campaigns, notebook)

    @app.get("/healthz")
    def health() -> JSONResponse:
        ready = engine.engine
        body: dict[str, object] = {"status": engine.state}
        if not accounts.surely_exist:  # else it is nobody's business who is not signed in
            body["message"] = engine.message
            body["catalog"] = ready.catalog.name if ready is not None else None
            body["products"] = len(ready.catalog) if ready is not None else None
        failed = engine.state is LoadState.FAILED
        return JSONResponse(body, 503 if failed else 200, {"cache-control": "no-store"})

    for router in (
        entry_routes(entry, access),
        session_routes(access, is_open=not is_loopback(settings.host)),
        user_routes(accounts, who),
        label_routes(store, who),
        api_routes(context, who),
        catalog_routes(context, who),
        about_routes(context, who),
        analysis_routes(context, desk, who),
        note_routes(context, notebook, who),
        judging_routes(judges, who),
        campaign_routes(leads, who),
        quality_routes(grades, who),
        photo_routes(photos, who),
        media_routes(engine, who),
        files.routes(),
        markdown_routes(who),
    ):
        app.include_router(router)

    def mount_page() -> None:
        gr.mount_gradio_app(
            app,
            build_page(context, files),
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
            auth_dependency=who,
            run_history=False,
            ssr_mode=False,
            footer_links=[],
            show_error=False,  # what is not ours to tell stays in the log
            max_file_size=MAX_BYTES,
            theme=THEME,
            head=page_head(files),
        )

    with warnings.catch_warnings():
        # It says so too where SSR was not asked for.
        warnings.filterwarnings("ignore", message="SSR mode is not supported with multi-page")
        _inside_a_loop(mount_page)
    return app


def _inside_a_loop(work: Callable[[], None]) -> None:
    """Call `work` where an event loop runs: outside one Gradio makes its own, and closes none."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def run() -> None:
            work()

        asyncio.run(run())
    else:
        work()
