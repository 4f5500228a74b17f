"""The page's questions over HTTP, in JSON (docs/API.md). Knows no markup and no Gradio."""

from mmdemo.web.api.catalog import catalog_routes
from mmdemo.web.api.context import Context
from mmdemo.web.api.routes import api_routes

__all__ = ["Context", "api_routes", "catalog_routes"]
