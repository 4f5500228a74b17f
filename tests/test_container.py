"""What can be said of the Containerfile without building it."""

from __future__ import annotations

import re
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
_CONTAINERFILE = (_CHECKOUT / "Containerfile").read_text(encoding="utf-8")
_REQUIREMENTS = (_CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
_STEPS = [
    line.strip()
    for line in _CONTAINERFILE.replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]


def test_pytorch_is_picked_out_of_the_requirements() -> None:
    (pattern,) = re.findall(r"grep -E '([^']+)'", _CONTAINERFILE)
    picked = [line for line in _REQUIREMENTS if re.search(pattern, line)]
    assert [re.split("[<>=]", line)[0] for line in picked] == ["torch", "torchvision"]


def test_the_source_comes_after_all_that_it_needs() -> None:
    last = _STEPS[max(i for i, step in enumerate(_STEPS) if step.startswith("FROM")) :]
    installs = [step for step in last if "pip install" in step]
    assert ["torch.txt" in step for step in installs] == [True, False, False]
    assert "requirements.txt" in installs[1]
    assert "--no-deps" in installs[2]
    before = last[: last.index(installs[2])]
    assert not [step for step in before if "wheel" in step], "a new source must not undo them"


def test_the_build_gets_what_the_wheel_is_made_of() -> None:
    kept = {
        line.removeprefix("!")
        for line in (_CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    needed = {"LICENSE", "README.md", "assets", "mmdemo", "pyproject.toml", "requirements.txt"}
    assert kept == needed | {"setup.py"}


def test_the_docs_build_it_as_it_says() -> None:
    (command,) = re.findall(r"podman build [^\n(]*mmdemo \.", _CONTAINERFILE)
    assert "--format docker" in command, "OCI images have no health check"
    assert command in (_CHECKOUT / "docs" / "INSTALL.md").read_text(encoding="utf-8")
