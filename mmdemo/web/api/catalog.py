"""Tell what is in the catalog and what its last import met with. Knows no engine."""

from __future__ import annotations

from pathlib import Path

from mmdemo.catalog import describe, read_report
from mmdemo.errors import CatalogError


def catalog_json(directory: Path) -> dict[str, object]:
    """`GET /api/catalog`; `report` is null for a catalog that no import of ours made.

    Raises:
        CatalogError: the folder holds no catalog.
    """
    try:
        report: dict[str, object] | None = read_report(directory).to_json()
    except CatalogError:
        report = None
    return {"facts": describe(directory).to_json(), "report": report}
