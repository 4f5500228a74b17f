"""Keep the weight of text that was tuned for an index. Knows no query and no measure."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from mmdemo.errors import SettingsError
from mmdemo.files import write_json
from mmdemo.index import MANIFEST_NAME, index_folder

_log = logging.getLogger(__name__)

DEFAULT_WEIGHT = 0.5
_TUNED = "weight.json"


def check_weight(weight: float) -> float:
    """Refuse a weight of text that is none.

    Raises:
        SettingsError: it is not between 0 and 1.
    """
    if not 0 <= weight <= 1:
        raise SettingsError("weight of text is not usable", got=weight, expected="0 to 1")
    return float(weight)


def read_weight(directory: Path, index_name: str = "default") -> float:
    """The weight of text that `mmdemo tune` stored for an index, or 0.5.

    It holds for the towers it was tuned with: an index made with others starts at 0.5 again.
    """
    folder = index_folder(directory, index_name)
    try:
        stored: Mapping[str, object] = json.loads((folder / _TUNED).read_bytes())
        manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
        if stored["towers"] == _towers_of(manifest):
            return check_weight(float(str(stored["text_weight"])))
        reason = "was tuned for other towers or text fields"
    except FileNotFoundError:
        return DEFAULT_WEIGHT
    except (OSError, ValueError, KeyError, TypeError, SettingsError):
        reason = "cannot be read"
    _log.warning("%s %s; run `mmdemo tune` again", folder / _TUNED, reason)
    return DEFAULT_WEIGHT


def store_weight(
    directory: Path, text_weight: float, how: Mapping[str, object], index_name: str = "default"
) -> None:
    """Make a weight the default of an index, with a record of how it was found."""
    folder = index_folder(directory, index_name)
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    value = {"text_weight": check_weight(text_weight), "towers": _towers_of(manifest), **how}
    write_json(folder / _TUNED, value)


def _towers_of(manifest: Mapping[str, object]) -> list[object]:
    return [manifest[name] for name in ("text_fingerprint", "image_fingerprint", "text_fields")]
