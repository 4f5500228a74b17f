"""The page's questions over HTTP, in JSON (docs/API.md). Knows no markup and no Gradio."""

from mmdemo.web.api.about import about_routes
from mmdemo.web.api.analysis import analysis_routes
from mmdemo.web.api.campaigns import campaign_routes
from mmdemo.web.api.campaigns_desk import CampaignsDesk
from mmdemo.web.api.catalog import catalog_routes
from mmdemo.web.api.context import Context
from mmdemo.web.api.desk import Desk
from mmdemo.web.api.judges_desk import JudgesDesk
from mmdemo.web.api.judging import judging_routes
from mmdemo.web.api.notes import Notebook, note_routes
from mmdemo.web.api.quality import quality_routes
from mmdemo.web.api.quality_desk import QualityDesk
from mmdemo.web.api.routes import api_routes
from mmdemo.web.api.session import session_routes
from mmdemo.web.api.users import user_routes

__all__ = [
    "CampaignsDesk",
    "Context",
    "Desk",
    "JudgesDesk",
    "Notebook",
    "QualityDesk",
    "about_routes",
    "analysis_routes",
    "api_routes",
    "campaign_routes",
    "catalog_routes",
    "judging_routes",
    "note_routes",
    "quality_routes",
    "session_routes",
    "user_routes",
]
