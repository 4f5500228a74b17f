"""Put the pages into Gradio: an empty element each, and the script of `static/` that fills it.

Knows no query and no product. The markup never holds a value: scripts ask the HTTP API, build
elements and set texts as text, so nothing that a catalog contains can become markup or code.
"""

from __future__ import annotations

import gradio as gr

from mmdemo.web.api.context import Context
from mmdemo.web.endpoints import add_endpoints
from mmdemo.web.page_files import PageFiles

THEME = gr.themes.Base(
    primary_hue="indigo",
    neutral_hue="slate",
    font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"),
    font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"),
)
_STYLES = (
    "page.css",
    "lists.css",
    "parts.css",
    "detail.css",
    "catalog.css",
    "about.css",
    "stories.css",
    "tour.css",
    "analysis.css",
    "users.css",
    "judge.css",
    "campaigns.css",
)
# `import` keeps one instance of each module, however often Gradio mounts the element.
_ON_LOAD = """
import(new URL("{address}", document.baseURI)).then(
    (module) => module.mount(element.querySelector(".mm-mount")),
    (error) => console.error("mmdemo: page script not loaded", error),
);
"""


def page_head(files: PageFiles) -> str:
    """What goes into the document's head."""
    styles = "".join(f'<link rel="stylesheet" href="{files.address(name)}">' for name in _STYLES)
    return f'{styles}<meta name="color-scheme" content="light dark">'


def build_page(context: Context, files: PageFiles) -> gr.Blocks:
    """All pages; their elements appear before the engine is there."""
    with gr.Blocks(title="mmdemo", analytics_enabled=False, fill_width=True) as page:
        gr.Navbar(visible=False)  # the pages have their own, in each one's header
        _mount(files, "app.js")
        add_endpoints(context)
    for name in ("about", "catalog", "analysis", "judge", "campaigns", "users"):
        with page.route(name.title(), f"/{name}"):
            gr.Navbar(visible=False)
            _mount(files, f"{name}.js")
    return page


def _mount(files: PageFiles, script: str) -> None:
    gr.HTML(
        html_template='<div class="mm-mount"></div>',
        js_on_load=_ON_LOAD.format(address=files.address(script)),
        apply_default_css=False,
    )
