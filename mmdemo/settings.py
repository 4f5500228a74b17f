"""Read every option once. Knows no other module but errors; nothing else reads the environment."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_data_path

from mmdemo.errors import SettingsError

_PREFIX = "MMDEMO_"
_CHECKOUT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Where mmdemo keeps what it makes by default: the checkout, or the user's data folder."""
    if (_CHECKOUT / "app.py").is_file() and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT
    return user_data_path("mmdemo", appauthor=False)


def _default_judge() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return "local"


def _home(path: str) -> Path:
    """A path with `~` replaced by the home folder it means."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # ~nobody
        raise SettingsError("there is no such home folder", got=path) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, checked when made.

    Attributes:
        catalog: folder of the catalog to serve; None for the demo catalog.
        labels: SQLAlchemy URL of the judgments, SQLite or PostgreSQL.
        host: address to listen on; loopback unless told otherwise.
        port: 0 picks a free one.
        judge: name that grades on the open search page are stored under.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        index_name: which of the catalog's indexes to serve; empty for the one that the catalog
            says (`mmdemo use`).
        data: folder of what mmdemo makes unless told where: the demo, the judgments' file, a cache.
    """

    catalog: Path | None = None
    labels: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    judge: str = ""
    device: str = "auto"
    index_name: str = ""
    data: Path = field(default_factory=data_dir)

    def __post_init__(self) -> None:
        if not self.labels:
            path = self.data / "labels" / "judgments.sqlite3"
            object.__setattr__(self, "labels", f"sqlite:///{path}")
        elif "://" not in self.labels:
            object.__setattr__(self, "labels", f"sqlite:///{_home(self.labels).absolute()}")
        if not self.judge:
            object.__setattr__(self, "judge", _default_judge())
        if not (self.judge.strip() and self.judge.isprintable() and len(self.judge) <= 200):
            raise SettingsError(
                "judge's name is not usable",
                got=repr(self.judge[:40]),
                expected="1 to 200 printable characters",
            )
        if not 0 <= self.port <= 65535:
            raise SettingsError("port is not usable", got=self.port, expected="0 to 65535")
        if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", self.device):
            raise SettingsError(
                "device is not usable", got=repr(self.device), expected="auto, cpu, cuda or mps"
            )
        if not re.fullmatch(r"(\w[\w.-]{0,63})?", self.index_name):
            raise SettingsError(
                "index name is not usable",
                got=repr(self.index_name),
                expected="1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit",
            )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Merge options: given (and not None) over environment over default.

        Raises:
            SettingsError: a value cannot be used, or an `MMDEMO_` variable is not known.
        """
        environ = os.environ if environ is None else environ
        known = {f.name for f in fields(cls)}
        values: dict[str, object] = {}
        for variable, text in environ.items():
            name = variable.removeprefix(_PREFIX).lower()
            if variable.startswith(_PREFIX) and text:
                if name not in known:
                    raise SettingsError(
                        f"{variable} is not a setting",
                        expected=", ".join(sorted(_PREFIX + n.upper() for n in known)),
                    )
                values[name] = text
        values |= {name: value for name, value in given.items() if value is not None}
        if isinstance(values.get("port"), str):
            try:
                values["port"] = int(str(values["port"]))
            except ValueError:
                raise SettingsError(
                    "port is not a number", got=repr(values["port"]), expected="0 to 65535"
                ) from None
        if "catalog" in values:
            values["catalog"] = _home(str(values["catalog"]))
        if "data" in values:
            values["data"] = _home(str(values["data"])).absolute()
        return cls(**values)  # type: ignore[arg-type]  # checked above and in __post_init__
