"""The page's own components: an empty element, and the script of `static/` that fills it.

Knows no ranking. The markup never holds a value: scripts build elements and set texts as text, so
nothing that a catalog contains can become markup or code.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from mmdemo.web.page_files import PageFiles

# `import` keeps one instance of each module, so that all components share one outbox.
_ON_LOAD = """
import(new URL("{address}", document.baseURI)).then(
    (module) => module.mount({{ element, props, trigger, watch }}),
    (error) => console.error("mmdemo: page script not loaded", error),
);
"""


class PageParts:
    """Makes the components. A factory, since Gradio writes a stub file beside any subclass."""

    def __init__(self, files: PageFiles) -> None:
        self._files = files

    def header(self, value: dict[str, Any]) -> gr.HTML:
        """Name, catalog, models, and whether all grades are saved."""
        return self._part("header.js", value, elem_id="mm-header")

    def photo(self) -> gr.HTML:
        """The query's photo, ``{"key": …}``; event `select` when another one is chosen."""
        return self._part("photo.js", {"key": ""}, elem_id="mm-photo")

    def chips(self) -> gr.HTML:
        """Queries to try, ``{"examples": […], "chosen": …}``; `select` when one is chosen."""
        return self._part("chips.js", {"examples": [], "chosen": ""}, elem_id="mm-chips")

    def summary(self, value: dict[str, Any]) -> gr.HTML:
        """One line on the last search, or why there is none."""
        return self._part("summary.js", value, elem_id="mm-summary")

    def result_list(self, ranker: str, value: dict[str, Any]) -> gr.HTML:
        """One ranker's products, a `view.ListView`."""
        return self._part("list.js", value, elem_id=f"mm-list-{ranker}")

    def _part(self, script: str, value: dict[str, Any], *, elem_id: str) -> gr.HTML:
        part = gr.HTML(
            value,
            html_template='<div class="mm-mount"></div>',
            js_on_load=_ON_LOAD.format(address=self._files.address(script)),
            apply_default_css=False,
            elem_id=elem_id,
        )
        part.api_info = lambda: {"type": "object"}  # programs get a dict, not a string
        return part
