"""The border of the command line: exit status, one line for a mistake, help that is complete."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo import __version__
from mmdemo.cli.arguments import make_parser
from mmdemo.errors import SettingsError
from mmdemo.labels import JudgmentStore

Run = Callable[..., Any]
VERBS = (
    "demo",
    "import",
    "catalog",
    "index",
    "use",
    "search",
    "serve",
    "evaluate",
    "compare",
    "analyze", "report", "tune",
    "train",
    "add-run",
    "export",
    "campaign",
    "labels",
    "users",
)  # fmt: skip
README = Path(__file__).parents[2] / "README.md"


def test_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(["--help"])
    assert ended.value.code == 0
    listed = capsys.readouterr().out.split("verbs:")[1]
    assert tuple(re.findall(r"^    (\S+)", listed, re.MULTILINE)) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_in_the_readme(verb: str) -> None:
    assert f"mmdemo {verb}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args([verb, "--help"])
    assert ended.value.code == 0
    assert f"usage: mmdemo {verb}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"mmdemo {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["search", "red"], ["search", "red", "--catalog", "x", "-k", "a"]]
)
def test_unusable_options_exit_2(run: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


def test_environment_mistakes_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, assert_mistake: Callable[..., None]
) -> None:
    monkeypatch.setenv("MMDEMO_DEVICE", "abacus")
    assert_mistake(run("search", "red", "--catalog", "x"), "'abacus'", "auto, cpu, cuda or mps")


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (SettingsError("bad", got=1), 2, "mmdemo: bad: got 1\n"),
        (PermissionError(13, "Permission denied", "/x/y"), 2, "mmdemo: /x/y: Permission denied\n"),
        (OSError(28, "No space left on device"), 2, "mmdemo: No space left on device\n"),
        (OSError(122, "Disk quota exceeded"), 2, "mmdemo: Disk quota exceeded\n"),
        (OSError(27, "File too large"), 2, "mmdemo: File too large\n"),
        (KeyboardInterrupt(), 130, "mmdemo: interrupted; what was finished is kept\n"),
    ],
)
def test_errors_are_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, told: str
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr("mmdemo.settings.Settings.load", fail)
    outcome = run("export", "--format", "csv")
    assert (outcome.status, outcome.out, outcome.err) == (status, "", told)


@pytest.mark.parametrize(
    "error", [ValueError("a bug"), OSError("a bug without a file"), OSError(5, "a bug")]
)
def test_a_bug_keeps_its_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr("mmdemo.settings.Settings.load", fail)
    with pytest.raises(type(error), match="a bug"):
        run("export", "--format", "csv")


@pytest.fixture
def _levels() -> Any:
    loggers = [logging.getLogger(), logging.getLogger("mmdemo")]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.usefixtures("_levels")
def test_other_libraries_are_quiet(run: Run, tmp_path: Path) -> None:
    run("export", "--format", "csv", "--labels", tmp_path / "none.sqlite3")
    assert logging.getLogger("sentence_transformers").getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("mmdemo.index").getEffectiveLevel() == logging.INFO


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    labels = str(tmp_path / "judgments.sqlite3")
    JudgmentStore(f"sqlite:///{labels}").close()
    command = [sys.executable, "-m", "mmdemo", "export", "--format", "csv", "--labels", labels]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize("before", [None, "ACTIVE"])
def test_threads_wait_without_spinning_unless_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    else:
        monkeypatch.setenv("OMP_WAIT_POLICY", before)
    run("catalog", "/gone")
    assert os.environ["OMP_WAIT_POLICY"] == (before or "PASSIVE")
