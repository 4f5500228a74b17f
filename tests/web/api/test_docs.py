"""docs/API.md: its example runs against a real server, and every route is in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from mmdemo.labels import JudgmentStore

DOCS = Path(__file__).parents[3] / "docs" / "API.md"


def test_the_example_runs(
    serve: Callable[[FastAPI], Any], app: FastAPI, store: JudgmentStore
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example.count("http://127.0.0.1:7860") == 1
    code = example.replace("http://127.0.0.1:7860", serve(app).url)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0] == "ready 40 products"
    assert "text shares 5 of its products with text only" in lines
    assert "  1. Product 0 (1.000)" in lines
    # Text is weighed 0.75 here, so p00 is the best; it is Exact, and the only one judged.
    assert lines[-2:] == [
        "like the best: ['p01', 'p02', 'p03']",
        "fused: {'nDCG@10': 1.0, 'Judged@10': 0.2}",
    ]
    (judgment,) = store.current()
    assert (judgment.judgment.product_id, judgment.judgment.grade) == ("p00", 3)


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # GET and HEAD of one function
def test_every_route_is_described(app: FastAPI) -> None:
    told = DOCS.read_text(encoding="utf-8")
    paths = {re.sub(r"/\{.*", "", path) for path in app.openapi()["paths"]}
    ours = {path for path in paths if path.startswith(("/api", "/media", "/healthz"))}
    assert ours >= {"/api/search", "/api/labels", "/media", "/healthz"}
    assert [path for path in sorted(ours) if path not in told] == []
