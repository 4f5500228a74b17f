"""Turn a SPEC into towers. Knows where models come from, not what they encode.

SPEC is one of
    hf-hub:ORG/NAME       an open_clip model on the HuggingFace hub
    ARCHITECTURE/TAG      one of open_clip's own pretrained models
    local-dir:PATH        a folder that `mmdemo train` or open_clip wrote
    st:NAME or st:PATH    a sentence-transformers or HuggingFace text encoder (text only)
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from mmdemo.errors import ModelError
from mmdemo.towers.base import TextTower, Towers, pick_device
from mmdemo.towers.openclip import LOCAL_DIR, load_open_clip
from mmdemo.towers.sentence import PREFIX, SentenceTower

_log = logging.getLogger(__name__)


def absolute_spec(spec: str) -> str:
    """Make a path in a SPEC absolute, so that it means the same from any working directory."""
    for prefix in (LOCAL_DIR, PREFIX):
        path = Path(spec.removeprefix(prefix)).expanduser()
        if spec.startswith(prefix) and (prefix == LOCAL_DIR or path.is_dir()):
            return prefix + str(path.resolve())
    return spec


def load_text_tower(spec: str, *, device: str = "auto") -> TextTower:
    """Load the text tower of any SPEC.

    Raises:
        ModelError: it cannot be loaded.
    """
    spec, device = absolute_spec(spec), pick_device(device)
    if spec.startswith(PREFIX):
        return SentenceTower(spec, device=device)
    return load_open_clip(spec, device=device)[0]


def load_towers(spec: str, *, text_spec: str | None = None, device: str = "auto") -> Towers:
    """Load the towers of an index.

    Args:
        spec: an open_clip model; its image tower gives the image half.
        text_spec: the text half's tower; None or the same SPEC shares `spec`'s.

    Raises:
        ModelError: a model cannot be loaded, or `spec` has no image tower.
    """
    if spec.startswith(PREFIX):
        raise ModelError(
            "this model has no image tower",
            got=spec,
            expected="an open_clip model",
            remedy=f"pass it as --text-model {spec} beside --model",
        )
    started = time.perf_counter()
    spec, device = absolute_spec(spec), pick_device(device)
    words, image = load_open_clip(spec, device=device)
    text: TextTower = words
    if text_spec is not None and absolute_spec(text_spec) != spec:
        text = load_text_tower(text_spec, device=device)
    _log.info("loaded %s on %s in %.1f s", spec, device, time.perf_counter() - started)
    return Towers(text=text, image=image, image_query=words)
