"""`mmdemo compare`"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

Run = Callable[..., Any]
TWELVE = range(12)


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    """Queries, qrels and two runs: `old` is right on query 0 only, `new` on all but query 0."""
    folder = tmp_path / "twelve"
    folder.mkdir()
    (folder / "queries.csv").write_text(
        "query_id,query\n" + "".join(f"{i},=cup {i}\n" for i in TWELVE)
    )
    (folder / "qrels.txt").write_text("".join(f"{i} 0 a 3\n{i} 0 b 0\n" for i in TWELVE))
    for name, right in (("old", {0}), ("new", set(TWELVE) - {0})):
        (folder / f"{name}.trec").write_text(
            "".join(f"{i} Q0 a 1 {2 if i in right else 0} x\n{i} Q0 b 2 1 x\n" for i in TWELVE)
        )
    return [
        *("--queries", str(folder / "queries.csv"), "--qrels", str(folder / "qrels.txt")),
        *("--run", f"prod={folder / 'old.trec'}", "--run", f"next={folder / 'new.trec'}"),
        *("--baseline", "prod"),
    ]


def test_runs_alone_need_no_catalog(run: Run, runs: list[str], tmp_path: Path) -> None:
    outcome = run(
        "compare", *runs, "--measures", "P@1", "--out", tmp_path / "c.md", "--csv", tmp_path / "t",
        "--json", tmp_path / "c.json", "--plot", tmp_path / "c.svg",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert outcome.out == (tmp_path / "c.md").read_text()
    # 11 won and 1 lost of 12: a sum of at least 10 from 0 in 2 + 24 of the 4096 ways to sign.
    rows = [[cell.strip() for cell in line.split("|")] for line in outcome.out.splitlines()]
    (row,) = (row for row in rows if row[1:3] == ["next", "P@1"])
    assert row[3] == "12"
    assert row[4].startswith("+0.8333 [")
    assert row[5:9] == ["0.0063", "0.0063", "11 / 0 / 1", "better"]
    assert "**P@1 against prod** – better: next." in outcome.out

    found = json.loads((tmp_path / "c.json").read_bytes())
    assert found["rankers"]["prod"]["P@1"] == pytest.approx(1 / 12)
    assert found["differences"][0]["p_value"] == pytest.approx(26 / 4096)
    assert {path.name for path in (tmp_path / "t").iterdir()} == {
        "means.csv",
        "differences.csv",
        "queries.csv",
    }
    values = list(csv.DictReader((tmp_path / "t" / "queries.csv").read_text().splitlines()))
    assert values[0] == {
        "query_id": "0",
        "query": "'=cup 0",  # no formula
        "measure": "P@1",
        "prod": "1.0",
        "next": "0.0",
    }
    assert len(values) == 12 * 3  # P@1, judged@10, condensed nDCG@10
    root = ElementTree.parse(tmp_path / "c.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "P@1: difference to prod (12 queries)" in "".join(root.itertext())


def test_some_of_the_queries(run: Run, runs: list[str], tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("0\n1\n")
    options = ("--query-ids", tmp_path / "ids.txt", "--measures", "P@1")
    outcome = run("compare", *runs, *options)
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith("2 judged queries.")
    assert "Fewer than 10 queries" in outcome.out
    assert "| 1 / 0 / 1 " in outcome.out


def test_rankers_and_a_run_stand_in_one_table(
    run: Run, shop: Path, judged: list[str], tmp_path: Path
) -> None:
    (tmp_path / "live.trec").write_text("1 Q0 cup-blue 1 2.0 x\n2 Q0 lamp-blue 1 1.0 x\n")
    outcome = run(
        "compare", "--catalog", shop, *judged, "--rankers", "image,fused", "--baseline", "bm25",
        "--run", f"live={tmp_path / 'live.trec'}", "--measures", "R(rel=3)@1", "nDCG@10",
        "--json", tmp_path / "c.json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    found = json.loads((tmp_path / "c.json").read_bytes())
    assert list(found["rankers"]) == ["bm25", "image", "fused", "live"]  # baseline asked as well
    # BM25 has the exact product first for both queries, the run for one of them.
    assert found["rankers"]["bm25"]["R(rel=3)@1"] == 1.0
    assert found["rankers"]["live"]["R(rel=3)@1"] == 0.5
    differences = {(d["ranker"], d["measure"]): d for d in found["differences"]}
    assert differences["live", "R(rel=3)@1"]["interval"]["mean"] == -0.5
    assert differences["live", "R(rel=3)@1"]["losses"] == 1
    assert found["correction"]["tests"] == len(differences) == 6


def test_models_beside_each_other(
    run: Run, shop: Path, judged: list[str], model: Path, tmp_path: Path
) -> None:
    indexed = run(
        "index", "--catalog", shop, "--model", f"local-dir:{model}", "--text-fields", "title",
        "--name", "other",
    )  # fmt: skip
    assert indexed.status == 0, indexed.err
    options = ("--rankers", "fused@other", "--baseline", "fused", "--json", tmp_path / "c.json")
    outcome = run("compare", "--catalog", shop, *judged, *options)
    assert outcome.status == 0, outcome.err
    found = json.loads((tmp_path / "c.json").read_bytes())
    assert list(found["rankers"]) == ["fused", "fused@other"]
    assert {d["ranker"] for d in found["differences"]} == {"fused@other"}
    assert all(d["interval"]["queries"] == 2 for d in found["differences"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--baseline", "magic"), "'magic', expected prod, next"),
        (("--measures", "nDGC@10"), "nDGC@10"),
        (("--run", "prod=x"), "two runs have the same name"),
        (("--run", "x"), "got 'x', expected NAME=FILE"),
        (("--run", "x=absent.trec"), "cannot read absent.trec"),
        (("--plot", "c.png"), "got c.png, expected a name in .svg"),
    ],
)
def test_mistakes_in_one_line(
    run: Run,
    runs: list[str],
    assert_mistake: Callable[..., None],
    options: tuple[str, ...],
    told: str,
) -> None:
    assert_mistake(run("compare", *runs, *options), told)


def test_there_has_to_be_something_to_compare(
    run: Run,
    runs: list[str],
    shop: Path,
    judged: list[str],
    tmp_path: Path,
    assert_mistake: Callable[..., None],
) -> None:
    assert_mistake(run("compare", *judged), "there is nothing to compare")
    assert_mistake(run("compare", *runs[:6], "--baseline", "prod"), "nothing to compare prod with")
    (tmp_path / "live.trec").write_text("1 Q0 cup-blue 1 2.0 x\n")
    taken = ("--run", f"bm25={tmp_path / 'live.trec'}")
    assert_mistake(
        run("compare", "--catalog", shop, *judged, *taken), "a run has the name of a ranker"
    )
    assert_mistake(
        run("compare", "--catalog", shop, *runs), "catalog shop has none of the judged products"
    )
