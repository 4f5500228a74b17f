"""Write an analysis as one HTML file that needs nothing else, or as Markdown. Knows no engine."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from mmdemo import __version__
from mmdemo.analyze import plots
from mmdemo.analyze.analysis import Analysis
from mmdemo.analyze.kinds import MEANINGS
from mmdemo.analyze.verdict import Decision
from mmdemo.catalog import Catalog
from mmdemo.errors import CatalogError
from mmdemo.evaluate.measures import CONDENSED

LOOKS = {Decision.SHIP: "good", Decision.NOT_YET: "bad"}  # the others are open


def report_html(
    analysis: Analysis,
    *,
    title: str = "Does fusion help?",
    catalog: Catalog | None = None,
    now: datetime | None = None,
) -> str:
    """Write the report as one HTML page with its plots and photos inside.

    Args:
        analysis: what to tell.
        title: of the page.
        catalog: where the photos are; without it products are shown by their titles.
        now: when it is made.
    """
    return _template("report.html").render(**_context(analysis, title, now), photo=_photos(catalog))


def report_markdown(
    analysis: Analysis, *, title: str = "Does fusion help?", now: datetime | None = None
) -> str:
    """Write the report as Markdown, without plots and photos."""
    return _template("report.md").render(**_context(analysis, title, now))


def _context(analysis: Analysis, title: str, now: datetime | None) -> dict[str, object]:
    cases = {case.topic_id: case for case in analysis.cases}
    return {
        "a": analysis,
        "title": title,
        "now": f"{now or datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "version": __version__,
        "look": LOOKS.get(analysis.verdict.decision, "open") if analysis.verdict else "open",
        "told": [cases[topic] for topic in analysis.lists],
        "meanings": MEANINGS,
        "kind_classes": plots.KIND_CLASSES,
        "plots": plots,
        "condensed": CONDENSED,
    }


@cache
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("mmdemo.analyze"),
        autoescape=html,  # noqa: S701  # Markdown escapes what could be a tag, see `_plain`
        finalize=None if html else _plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "num": lambda value: "–" if value is None else f"{value:.3f}",
        "signed": _signed,
        "percent": lambda value: f"{value:.0%}",
        "p": lambda value: "< 0.001" if value < 0.001 else f"{value:.3f}",
        "interval": _interval,
        "cell": lambda text: str(text).replace("|", "\\|"),
    }
    return environment


def _template(name: str) -> Template:
    return _environment(html=name.endswith(".html")).get_template(name)


def _plain(value: object) -> object:
    """Words of a shop cannot open a tag or break a line in Markdown."""
    if not isinstance(value, str):
        return value
    return value.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")


def _signed(value: float | None) -> str:
    return "–" if value is None else format(round(value, 3) + 0.0, "+.3f").replace("-", "−")


def _interval(interval: object) -> str:
    low, high = getattr(interval, "low"), getattr(interval, "high")  # noqa: B009
    return f"[{_signed(low)}, {_signed(high)}]"


def _photos(catalog: Catalog | None) -> Callable[[str], str]:
    """A function from a photo's key to a data URI; empty where there is no such photo."""

    @cache
    def uri(key: str) -> str:
        if catalog is None or not key:
            return ""
        try:
            path = catalog.thumbnail_path(key)
            content = path.read_bytes()
        except (CatalogError, OSError):
            return ""
        kind = mimetypes.guess_type(path.name)[0] or "image/jpeg"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"

    return uri
