"""Write a search as a file to pass on: CSV, or one HTML page with everything in it.

Knows no request. Texts of a catalog can hold anything: the template escapes every value, and the
page forbids scripts and requests; CSV cells cannot become formulas.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mmdemo.errors import CatalogError
from mmdemo.labels import csv_lines, guarded
from mmdemo.web.api.photo import media_type, small_photo
from mmdemo.web.api.search import TEXT

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog

GRADES = {3: "Exact", 2: "Substitute", 1: "Complement", 0: "Irrelevant"}  # ESCI
_CSV_COLUMNS = (
    "ranker",
    "rank",
    "product_id",
    "title",
    "brand",
    "price",
    "score",
    "text_part",
    "image_part",
    "rank_in_text",
    "grade",
)
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def to_csv(answer: Mapping[str, Any], grades: Mapping[str, int]) -> bytes:
    """A row for each product in each column; begins with the mark that Excel knows UTF-8 by.

    Args:
        answer: of `search_json`.
        grades: product id to grade.
    """
    return "".join(csv_lines(_rows(answer, grades))).encode("utf-8-sig", "replace")


def _rows(answer: Mapping[str, Any], grades: Mapping[str, int]) -> Iterator[Sequence[object]]:
    yield _CSV_COLUMNS
    for column in answer["columns"]:
        for hit in column["hits"]:
            product = answer["products"][hit["id"]]
            cells = (
                column["ranker"],
                hit["rank"],
                hit["id"],
                product["title"],
                product["brand"],
                product["price"],
                hit["score"],
                hit["text_part"],
                hit["image_part"],
                answer["places"][hit["id"]][TEXT],
                grades.get(hit["id"]),
            )
            yield [guarded(cell) if isinstance(cell, str) else cell for cell in cells]


def to_html(
    answer: Mapping[str, Any],
    grades: Mapping[str, int],
    measures: Mapping[str, Any],
    catalog: Catalog,
    *,
    labels: Mapping[str, str],
    models: Sequence[str],
    filters: Sequence[str],
    photo: bytes | None,
    now: datetime,
) -> bytes:
    """One page that needs nothing else.

    Args:
        answer: of `search_json`.
        grades: product id to grade.
        measures: of `measures_answer`, by ranker.
        catalog: whose photos are shown.
        labels: ranker to its name for people.
        models: names of the towers.
        filters: a line for each.
        photo: the query's, if it has one.
        now: when it is written.
    """
    columns = [
        {
            "label": labels.get(column["ranker"], column["ranker"]),
            "hue": _hue(column["ranker"]),
            "missing": column["missing"],
            "facts": _facts(column),
            "measured": [
                f"{name} {value:.3f}"
                for name, value in measures["columns"][column["ranker"]].items()
                if value is not None
            ],
            "cards": _cards(column, answer, grades, labels),
        }
        for column in answer["columns"]
    ]
    keys = {p["photos"][0] for p in answer["products"].values() if p["photos"]}
    page = _templates.get_template("export.html").render(
        query=answer["query"]["text"],
        query_photo=None if photo is None else _data_uri("image/webp", small_photo(photo)),
        catalog=catalog.name,
        products=len(catalog),
        matches=answer["matches"],
        weight=answer["text_weight"],
        top_k=answer["top_k"],
        models=models,
        filters=filters,
        judged=measures["judged"],
        columns=columns,
        photos={key: uri for key in keys if (uri := _photo(catalog, key))},
        date=now.strftime("%-d %B %Y, %H:%M %Z"),
        moment=now.isoformat(timespec="minutes"),
    )
    return page.encode("utf-8", "replace")


def _cards(
    column: Mapping[str, Any],
    answer: Mapping[str, Any],
    grades: Mapping[str, int],
    labels: Mapping[str, str],
) -> list[dict[str, object]]:
    best = max((hit["score"] for hit in column["hits"]), default=0.0)
    cards = []
    for hit in column["hits"]:
        product = answer["products"][hit["id"]]
        grade = grades.get(hit["id"])
        cards.append(
            {
                "rank": hit["rank"],
                "title": product["title"] or product["id"],
                "price": product["price"],
                "brand": product["brand"] or product["category"],
                "photo": product["photos"][0] if product["photos"] else "",
                "score": f"{hit['score']:.3f}",
                "told": _told(hit),
                "parts": _parts(hit, best),
                "moved": _moved(column["ranker"], hit, answer),
                "badges": _badges(column, hit["id"], answer, labels),
                "grade": grade,
                "grade_name": "" if grade is None else GRADES[grade],
            }
        )
    return cards


def _facts(column: Mapping[str, Any]) -> list[str]:
    """What is said above a column."""
    facts = []
    if column["overlap"] is not None and column["ranker"] != TEXT:
        facts.append(f"{column['overlap']} of {len(column['hits'])} also by text only")
    if column["exclusive"]:
        facts.append(f"{len(column['exclusive'])} exclusive")
    return facts


def _parts(hit: Mapping[str, Any], best: float) -> list[dict[str, object]]:
    """Pieces of the score's bar; the best score of a column fills it."""
    parts = [(name, hit[f"{name}_part"]) for name in ("text", "image")]
    known = [(name, part) for name, part in parts if part is not None]
    return [
        {
            "kind": name,
            "estimated": hit.get("estimated") == name,
            "width": round(100 * min(1.0, max(0.0, part / best)), 1) if best > 0 else 0,
        }
        for name, part in known or [("other", hit["score"])]
    ]


def _told(hit: Mapping[str, Any]) -> str:
    """The score and its parts in words."""
    parts = []
    for name in ("text", "image"):
        if hit[f"{name}_part"] is not None:
            estimated = " (estimated)" if hit.get("estimated") == name else ""
            parts.append(f"{name} {hit[f'{name}_part']:.3f}{estimated}")
    told = f" = {' + '.join(parts)}" if len(parts) > 1 else ""
    return f"Score {hit['score']:.3f}{told}"


def _moved(ranker: str, hit: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, str]:
    """How far the product moved against text only."""
    if ranker == TEXT:
        return {}
    in_text = answer["places"][hit["id"]][TEXT]
    if in_text is None:
        return {"kind": "up", "text": "not by text"}
    change = in_text - hit["rank"]
    kind, sign = ("up", "▲") if change > 0 else ("down", "▼") if change < 0 else ("same", "=")
    return {"kind": kind, "text": f"{sign} {abs(change):,}" if change else f"{sign}"}


def _badges(
    column: Mapping[str, Any],
    product_id: str,
    answer: Mapping[str, Any],
    labels: Mapping[str, str],
) -> list[dict[str, str]]:
    """As on the page: fusion rescues and buries, any column can be exclusive."""
    badges = []
    if _hue(column["ranker"]) == "fused" and product_id in column["rescued"]:
        about = f"Text only does not have it in its first {answer['top_k']}"
        badges.append({"kind": "rescued", "about": about})
    if product_id in column["exclusive"]:
        badges.append({"kind": "exclusive", "about": "No other list here shows it"})
    if column["ranker"] == TEXT:
        by = [
            labels.get(other["ranker"], other["ranker"])
            for other in answer["columns"]
            if _hue(other["ranker"]) == "fused" and product_id in other["buried"]
        ]
        if by:
            badges.append({"kind": "buried", "about": f"Not in the list of: {', '.join(by)}"})
    return badges


def _hue(ranker: str) -> str:
    return next((hue for hue in ("text", "image", "fused") if ranker.startswith(hue)), "other")


def _photo(catalog: Catalog, key: str) -> str:
    try:
        path = catalog.thumbnail_path(key)
        return _data_uri(media_type(path), path.read_bytes())
    except (CatalogError, OSError):
        return ""


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def file_name(catalog: str, query: str, query_id: str, suffix: str) -> str:
    """A name that every system takes: ``mmdemo-shop-striped-mug.html``."""
    words = re.findall(r"[a-z0-9]+", f"{catalog} {query or query_id}".lower())
    return f"{'-'.join(['mmdemo', *words])[:80].rstrip('-')}.{suffix}"
