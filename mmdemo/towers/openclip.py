"""Load both towers of an open_clip model. Knows no catalog."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.transform import MaybeToTensor, PreprocessCfg, image_transform_v2
from PIL import Image

from mmdemo.errors import ModelError
from mmdemo.towers.base import FloatArray, check_finite, first_line, hash_weights

LOCAL_DIR = "local-dir:"
_HUB = "hf-hub:"
CONFIG_NAME = "open_clip_config.json"
RESIZING = ("resize_mode", "interpolation", "fill_color")
"""What of a model's `preprocess_cfg` decides how a photo is resized."""


def tokenize(model: Any, tokenizer: Any, texts: Sequence[str]) -> torch.Tensor:
    """Token ids (n, length), padded to the longest text instead of the model's maximum.

    Only for HuggingFace encoders, which mask padding; open_clip's own want their full length.
    """
    tokens: torch.Tensor = tokenizer(list(texts))
    encoder = getattr(model, "text", None)
    if not isinstance(encoder, open_clip.hf_model.HFTextEncoder):
        return tokens
    used = tokens != encoder.config.pad_token_id
    longest = int(used.any(dim=0).nonzero().max()) + 1
    return tokens[:, :longest]


class OpenClipTextTower:
    """The text side of an open_clip model."""

    def __init__(
        self, spec: str, model: Any, tokenizer: Any, device: str, *, config: Mapping[str, Any]
    ) -> None:
        self.spec = spec
        self._model, self._tokenizer, self._device = model, tokenizer, device
        state = {n: t for n, t in model.state_dict().items() if not n.startswith("visual.")}
        # The same weights give other vectors with another activation or pooling.
        self.fingerprint = hash_weights(
            state, "text", json.dumps(config, sort_keys=True), type(tokenizer).__name__
        )
        self.dimension = int(self.encode_texts(["a"]).shape[1])

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts: float32 (n, dimension), unit rows."""
        tokens = tokenize(self._model, self._tokenizer, texts).to(self._device)
        with torch.inference_mode():
            vectors = self._model.encode_text(tokens, normalize=True)
        return check_finite(vectors.float().cpu().numpy(), self.spec)


class OpenClipImageTower:
    """The image side of an open_clip model."""

    def __init__(
        self, spec: str, model: Any, preprocess: Any, device: str, *, config: Mapping[str, Any]
    ) -> None:
        self.spec = spec
        self._model, self._preprocess, self._device = model, preprocess, device
        self.fingerprint = hash_weights(
            model.visual.state_dict(),
            "image",
            json.dumps(config, sort_keys=True),
            model.visual.preprocess_cfg,
        )
        blank = self.preprocess(Image.new("RGB", (8, 8)))
        self.dimension = int(self.encode_pixels(blank[None]).shape[1])

    def preprocess(self, image: Image.Image) -> FloatArray:
        """Resize and normalize one RGB photo: float32 (3, height, width). Thread-safe."""
        pixels: FloatArray = self._preprocess(image).numpy()
        return pixels

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        """Encode preprocessed photos (n, 3, height, width): float32 (n, dimension), unit rows."""
        batch = torch.from_numpy(np.ascontiguousarray(pixels)).to(self._device)
        with torch.inference_mode():
            vectors = self._model.encode_image(batch, normalize=True)
        return check_finite(vectors.float().cpu().numpy(), self.spec)


def photo_resizer(
    preprocess: Mapping[str, Any], size: tuple[int, int]
) -> Callable[[Image.Image], Image.Image]:
    """What a model does to an RGB photo before it takes its pixels: resize it, crop it, fill it up.

    Args:
        preprocess: the model's `preprocess_cfg`.
        size: height and width in pixels that it sees.
    """
    known = {name: preprocess[name] for name in RESIZING if name in preprocess}
    whole = image_transform_v2(PreprocessCfg(size=size, **known), is_train=False)
    steps = list(takewhile(lambda step: not isinstance(step, MaybeToTensor), whole.transforms))

    def resize(image: Image.Image) -> Image.Image:
        for step in steps:
            image = step(image)
        return image

    return resize


def load_open_clip(spec: str, *, device: str) -> tuple[OpenClipTextTower, OpenClipImageTower]:
    """Load ``hf-hub:ORG/NAME``, ``ARCHITECTURE/TAG`` or ``local-dir:PATH``.

    Raises:
        ModelError: there is no such model, or its files cannot be read.
    """
    model, preprocess, tokenizer = create_model(spec, device)
    model.eval()
    config = model_config(spec)
    return (
        OpenClipTextTower(spec, model, tokenizer, device, config=config),
        OpenClipImageTower(spec, model, preprocess, device, config=config),
    )


def model_config(spec: str) -> dict[str, Any]:
    """What open_clip builds the model of a SPEC from, `text_cfg` and `vision_cfg` among it.

    Raises:
        ModelError: it is no open_clip model.
    """
    name = spec if spec.startswith((LOCAL_DIR, _HUB)) else spec.partition("/")[0]
    config = open_clip.get_model_config(name)
    if config is None:
        raise ModelError(
            "this is no open_clip model",
            got=spec,
            expected=f"ARCHITECTURE/TAG, {_HUB}ORG/NAME or {LOCAL_DIR}PATH",
        )
    return dict(config)


def create_model(spec: str, device: str) -> tuple[Any, Any, Any]:
    """Make open_clip's model, preprocessing and tokenizer of a SPEC.

    Raises:
        ModelError: there is no such model, or its files cannot be read.
    """
    name, pretrained, overrides = spec, None, {}
    if spec.startswith(LOCAL_DIR):
        folder = Path(spec.removeprefix(LOCAL_DIR))
        overrides = _local_overrides(folder)
    elif not spec.startswith(_HUB):
        name, _, pretrained = spec.partition("/")
        if (name, pretrained) not in set(open_clip.list_pretrained()):
            tags = [tag for model, tag in open_clip.list_pretrained() if model == name]
            raise ModelError(
                "no such pretrained open_clip model",
                got=spec,
                expected=f"{name}/ and one of {', '.join(tags)}"
                if tags
                else f"ARCHITECTURE/TAG, {_HUB}ORG/NAME, {LOCAL_DIR}PATH or st:NAME",
            )
    try:
        # Without `require_pretrained` a folder that lacks its weights gives random vectors.
        model, _, preprocess = open_clip.create_model_and_transforms(
            name, pretrained=pretrained, device=device, require_pretrained=True, **overrides
        )
        return model, preprocess, open_clip.get_tokenizer(name)
    except Exception as error:  # open_clip, hub and torch raise all kinds
        raise ModelError(
            f"model {spec} cannot be loaded: {first_line(error)}", remedy=_remedy(spec)
        ) from error


def _local_overrides(folder: Path) -> dict[str, Any]:
    """Point a HuggingFace text tower at the model's own folder.

    open_clip resolves `hf_model_name` against the working directory otherwise.
    """
    path = folder / CONFIG_NAME
    if not path.is_file():
        raise ModelError(
            "no model in this folder",
            got=folder,
            expected=f"a folder with {CONFIG_NAME} and weights",
            remedy="make one with `mmdemo train`",
        )
    try:
        text = json.loads(path.read_bytes())["model_cfg"]["text_cfg"]
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"{path} is not a model's configuration", remedy=_remedy(LOCAL_DIR)
        ) from error
    if "hf_model_name" not in text:
        return {}
    return {
        "text_cfg": text | {"hf_model_name": str(folder.resolve()), "hf_model_pretrained": False}
    }


def _remedy(spec: str) -> str:
    if spec.startswith(LOCAL_DIR):
        return "check that the folder is complete"
    return "check its name and that the model hub can be reached, or use a local-dir: model"
