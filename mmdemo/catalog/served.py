"""Which of a catalog's indexes is served, and which were before. Knows no index.

indexes/served.json     replaced as a whole; without it the index called default is served
"""

from __future__ import annotations

import json
from pathlib import Path

from mmdemo.errors import CatalogError
from mmdemo.files import write_json

DEFAULT_INDEX = "default"
_FILE = "indexes/served.json"
_REMEMBERED = 20


def served_index(directory: Path) -> str:
    """Name of the index that a catalog folder says to serve.

    Raises:
        CatalogError: what it says cannot be read.
    """
    return _read(directory)[-1]


def serve_index(directory: Path, name: str) -> None:
    """Have an index served from the next start of the server on.

    Raises:
        CatalogError: what was served before cannot be read.
    """
    names = _read(directory)
    if name != names[-1]:
        _write(directory, [*names, name])


def index_before(directory: Path) -> str:
    """Name of the index that was served before the one that is.

    Raises:
        CatalogError: there was none, or it cannot be read.
    """
    names = _read(directory)
    if len(names) < 2:
        raise CatalogError(
            f"{directory} has served no other index than {names[-1]}",
            remedy=f"name one: `mmdemo use NAME --catalog {directory}`",
        )
    return names[-2]


def serve_before(directory: Path) -> None:
    """Have the index served again that `index_before` names, and forget the one after it.

    Raises:
        CatalogError: there was none, or it cannot be read.
    """
    index_before(directory)
    _write(directory, _read(directory)[:-1])


def _read(directory: Path) -> list[str]:
    """Names in the order they were served, the one that is served last."""
    path = directory / _FILE
    try:
        names = json.loads(path.read_bytes())["served"]
        if names and all(isinstance(name, str) and name for name in names):
            return list(names)
        problem = "it names no index"
    except FileNotFoundError:
        return [DEFAULT_INDEX]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = str(error)
    raise CatalogError(
        f"{path} cannot be read: {problem}", remedy="delete it to serve the index called default"
    )


def _write(directory: Path, names: list[str]) -> None:
    write_json(directory / _FILE, {"served": names[-_REMEMBERED:]})
