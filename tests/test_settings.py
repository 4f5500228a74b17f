import getpass
from dataclasses import fields
from pathlib import Path

import pytest

from mmdemo.errors import SettingsError
from mmdemo.settings import Settings, data_dir


def test_given_beats_environment_beats_default() -> None:
    environ = {"MMDEMO_PORT": "8000", "MMDEMO_HOST": "0.0.0.0", "PATH": "/bin", "MMDEMO": "x"}
    settings = Settings.load(environ, port=9000, judge=None)
    assert (settings.port, settings.host, settings.device) == (9000, "0.0.0.0", "auto")
    assert Settings.load({}, port=None).port == 7860


def test_every_setting_can_come_from_the_environment() -> None:
    environ = {
        "MMDEMO_CATALOG": "~/shop",
        "MMDEMO_LABELS": "postgresql+psycopg://u@h/db",
        "MMDEMO_HOST": "::1",
        "MMDEMO_PORT": "0",
        "MMDEMO_JUDGE": "ann",
        "MMDEMO_DEVICE": "cuda:1",
        "MMDEMO_INDEX_NAME": "v2.small",
        "MMDEMO_DATA": "~/kept",
    }
    assert set(environ) == {f"MMDEMO_{f.name.upper()}" for f in fields(Settings)}
    settings = Settings.load(environ)
    assert settings.catalog == Path.home() / "shop"
    assert settings.labels == "postgresql+psycopg://u@h/db"
    assert (settings.host, settings.port, settings.judge) == ("::1", 0, "ann")
    assert (settings.device, settings.index_name) == ("cuda:1", "v2.small")
    assert settings.data == Path.home() / "kept"


def test_what_is_made_lies_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({"MMDEMO_DATA": "kept"})
    assert settings.data == tmp_path / "kept"
    assert settings.labels == f"sqlite:///{tmp_path}/kept/labels/judgments.sqlite3"
    assert Settings().data == data_dir()


def test_an_unknown_variable_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        SettingsError, match=r"MMDEMO_PROT is not a setting: expected .*MMDEMO_PORT"
    ):
        Settings.load({"MMDEMO_PROT": "1"})


def test_an_empty_variable_is_none() -> None:
    assert Settings.load({"MMDEMO_PORT": "", "MMDEMO_CATALOG": ""}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("port", "eighty", r"port is not a number: got 'eighty', expected 0 to 65535"),
        ("port", "65536", r"port is not usable: got 65536"),
        ("port", -1, r"port is not usable: got -1"),
        ("device", "gpu", r"device is not usable: got 'gpu', expected auto, cpu"),
        ("device", "cuda:", r"device is not usable"),
        ("index_name", "a/b", r"index name is not usable"),
        ("index_name", "..", r"index name is not usable"),
        ("index_name", "x" * 65, r"index name is not usable"),
    ],
)
def test_bad_values_are_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.load({}, **{name: value})


def test_labels_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(labels="my labels.db").labels == f"sqlite:///{tmp_path}/my labels.db"
    assert Settings(labels="~/l.db").labels == f"sqlite:///{Path.home()}/l.db"
    assert Settings(labels="sqlite:///x.db").labels == "sqlite:///x.db"


def test_labels_are_kept_in_the_data_folder_by_default() -> None:
    assert Settings().labels == f"sqlite:///{data_dir()}/labels/judgments.sqlite3"


def test_the_data_folder_is_the_checkout_or_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.settings._CHECKOUT", tmp_path)
    monkeypatch.setattr("mmdemo.settings.user_data_path", lambda name, appauthor: Path("/u", name))
    (tmp_path / "app.py").touch()
    assert data_dir() == Path("/u/mmdemo"), "an installed copy has no pyproject.toml"
    (tmp_path / "pyproject.toml").touch()
    assert data_dir() == tmp_path


def test_the_judge_is_the_user_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert Settings().judge == "ann"

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert Settings().judge == "local"


@pytest.mark.parametrize("judge", [" ", "a\nb", "x" * 201, "\0"])
def test_a_judge_needs_a_name_that_grades_can_be_stored_under(judge: str) -> None:
    with pytest.raises(SettingsError, match="judge's name is not usable"):
        Settings.load({}, judge=judge)


def test_a_home_that_is_not_there_is_told() -> None:
    with pytest.raises(SettingsError, match="no such home folder: got ~nosuchuser/x"):
        Settings.load({}, catalog="~nosuchuser/x")
