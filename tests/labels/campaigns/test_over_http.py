"""Many judges at the real server, also when it is killed: the benchmark in small."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.judges import Plan, run

PLAN = Plan(
    pairs=160,
    judges=8,
    lease_seconds=3.0,
    stall=0.01,
    vanish=0.01,
    double=0.05,
    late=0.03,
    leave=1,
)


def test_each_pair_gets_exactly_three_grades_and_none_is_lost(url: str, tmp_path: Path) -> None:
    report = run(url, tmp_path, PLAN)
    assert report.problems == []
    # The test has shown something only if judges did what the plan says.
    assert report.kinds["regular"] == 480
    assert report.kinds["repeat"] > 0
    assert len(report.save_ms) > 300


@pytest.mark.timeout(600)
def test_the_same_when_the_server_is_killed(tmp_path: Path) -> None:
    report = run(f"sqlite:///{tmp_path}/judgments.sqlite3", tmp_path, PLAN, kills=2)
    assert report.problems == []
    assert report.kills == 2
    assert report.kinds["regular"] == 480
