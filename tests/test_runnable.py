"""What `python -m studio.…` and `python -m benchmarks.…` do when they are asked for help."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent
_PACKAGES = ("benchmarks", "studio")
_MODULES = sorted(
    ".".join(path.relative_to(_CHECKOUT).with_suffix("").parts)
    for package in _PACKAGES
    for path in (_CHECKOUT / package).rglob("*.py")
    if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")
)
# All in one process: most of a second each goes into imports that they share.
_ASK_ALL = """
import contextlib, io, json, runpy, sys
answers = {}
for name in sys.argv[1:]:
    sys.argv, told = [name, "--help"], io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as left:
        answers[name] = [left.code, told.getvalue()]
    else:
        answers[name] = ["went on", told.getvalue()]
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, tuple[object, str]], str]:
    """Exit code and output of each module in a copy of the checkout, and what changed there."""
    copy = tmp_path_factory.mktemp("copy")
    for package in _PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_CHECKOUT / package, copy / package, ignore=ignored)
    before = _state(copy)
    done = subprocess.run(
        [sys.executable, "-B", "-c", _ASK_ALL, *_MODULES],
        capture_output=True,
        text=True,
        cwd=copy,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(copy), str(_CHECKOUT)])},
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    changed = sorted(path for path, _ in before ^ _state(copy))
    return json.loads(done.stdout.splitlines()[-1]), ", ".join(changed)


def _state(folder: Path) -> set[tuple[str, bytes]]:
    return {(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_all_that_can_be_run_are_found() -> None:
    assert {"benchmarks.__main__", "studio.collect", "studio.write"} <= set(_MODULES)


@pytest.mark.parametrize("module", _MODULES)
def test_help_is_told(asked: tuple[dict[str, tuple[object, str]], str], module: str) -> None:
    code, told = asked[0][module]
    assert code == 0
    assert told.startswith("usage: ")
    assert "--help" in told


def test_help_changes_nothing(asked: tuple[dict[str, tuple[object, str]], str]) -> None:
    assert asked[1] == ""
