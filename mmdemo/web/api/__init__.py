"""The page's questions over HTTP, in JSON (docs/API.md). Knows no markup and no Gradio."""

from mmdemo.web.api.routes import api_routes

__all__ = ["api_routes"]
