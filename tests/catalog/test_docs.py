"""docs/CATALOGS.md tells of everything that an import can say or be told."""

from pathlib import Path

import pytest

from mmdemo.catalog.columns import MAPPED
from mmdemo.catalog.dialects import DIALECTS
from mmdemo.catalog.drafts import LONGEST
from mmdemo.catalog.notes import Reason

DOCS = (Path(__file__).parents[2] / "docs" / "CATALOGS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        *Reason,
        *(dialect.name for dialect in DIALECTS),
        *MAPPED,
        *(f"{longest:,}" for longest in LONGEST.values()),
        *("--map", "--dry-run", "--encoding", "--images", "--allow-private", "--json"),
    ],
)
def test_it_is_documented(word: str) -> None:
    assert word in " ".join(DOCS.split())
