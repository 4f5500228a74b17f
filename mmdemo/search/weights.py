"""Keep the weights of text that were tuned for an index. Knows no query and no measure."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of text, 0 to 1, that fused rankers use unless told otherwise.

    Attributes:
        words: for queries in words alone.
        photo: for queries with a photo, which says more of photos than words do.
    """

    words: float = DEFAULT_WEIGHT
    photo: float = DEFAULT_WEIGHT

    def __str__(self) -> str:
        """For people."""
        if self.words == self.photo:
            return f"{self.words:g}"
        return f"{self.words:g}, for queries with a photo {self.photo:g}"


def read_weight(directory: Path, index_name: str = "default") -> float:
    """`read_weights`, for queries in words alone."""
    return read_weights(directory, index_name).words


def read_weights(directory: Path, index_name: str = "default") -> Weights:
    """The weights of text that `mmdemo tune` stored for an index, or 0.5.

    They hold for the towers they were tuned with: an index made with others starts at 0.5 again.
    Where none was tuned for queries with a photo, they have that of words.
    """
    folder = index_folder(directory, index_name)
    try:
        stored: Mapping[str, object] = json.loads((folder / _TUNED).read_bytes())
        manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
        if stored["towers"] == _towers_of(manifest):
            words = check_weight(float(str(stored["text_weight"])))
            return Weights(words, check_weight(float(str(stored.get("photo_weight", words)))))
        reason = "was tuned for other towers or text fields"
    except FileNotFoundError:
        return Weights()
    except (OSError, ValueError, KeyError, TypeError, SettingsError):
        reason = "cannot be read"
    _log.warning("%s %s; run `mmdemo tune` again", folder / _TUNED, reason)
    return Weights()


def store_weight(
    directory: Path,
    text_weight: float,
    how: Mapping[str, object],
    index_name: str = "default",
    *,
    photo_weight: float | None = None,
) -> None:
    """Make weights the default of an index, with a record of how they were found.

    Args:
        directory: of the catalog.
        text_weight: weight of text for queries in words alone.
        how: to be kept with it, for people.
        index_name: of the index.
        photo_weight: for queries with a photo; None: the same.
    """
    folder = index_folder(directory, index_name)
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    value = {"text_weight": check_weight(text_weight), "towers": _towers_of(manifest), **how}
    if photo_weight is not None:
        value["photo_weight"] = check_weight(photo_weight)
    write_json(folder / _TUNED, value)


def _towers_of(manifest: Mapping[str, object]) -> list[object]:
    return [manifest[name] for name in ("text_fingerprint", "image_fingerprint", "text_fields")]
