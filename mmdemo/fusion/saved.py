"""Keep learned fusions in their model's folder. Knows no query and no index.

<model>/fusions/<name>/fusion.json                       what it is, written last
<model>/fusions/<name>/weights-<fingerprint>.safetensors
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from safetensors.torch import load, save

from mmdemo.errors import ModelError
from mmdemo.files import write_bytes, write_json
from mmdemo.fusion.attention import CrossAttention
from mmdemo.fusion.gate import Gate
from mmdemo.fusion.learned import LearnedFusion
from mmdemo.fusion.mlp import ConcatMLP
from mmdemo.fusion.moe import MixtureOfExperts
from mmdemo.towers.base import first_line, pick_device
from mmdemo.towers.openclip import LOCAL_DIR

_FORMAT = 1
_MANIFEST_NAME = "fusion.json"

LEARNED: Mapping[str, type[LearnedFusion]] = {
    kind.name: kind for kind in (ConcatMLP, Gate, CrossAttention, MixtureOfExperts)
}


@dataclass(frozen=True, slots=True)
class FusionManifest:
    """What a saved network is.

    Attributes:
        name: of its class, and of the ranker.
        config: what its class was called with.
        fingerprint: `LearnedFusion.fingerprint`.
        text_fingerprint, image_fingerprint: of the towers whose vectors it learned to fuse.
        trained: how it was trained, for people.
    """

    name: str
    config: Mapping[str, object]
    fingerprint: str
    text_fingerprint: str
    image_fingerprint: str
    trained: Mapping[str, object] = field(default_factory=dict)
    format: int = _FORMAT


def saved_fusions(spec: str) -> dict[str, Path]:
    """Folders of the learned fusions that a model has, by name; only ``local-dir:`` has any."""
    if not spec.startswith(LOCAL_DIR):
        return {}
    folders = {name: fusion_folder(Path(spec.removeprefix(LOCAL_DIR)), name) for name in LEARNED}
    return {name: path for name, path in folders.items() if (path / _MANIFEST_NAME).is_file()}


def fusion_folder(model: Path, name: str) -> Path:
    """Where a model's folder keeps the learned fusion called `name`."""
    return model / "fusions" / name


def save_fusion(
    fusion: LearnedFusion,
    folder: Path,
    *,
    text_fingerprint: str,
    image_fingerprint: str,
    trained: Mapping[str, object],
    half: bool = False,
) -> None:
    """Keep a network; a killed process leaves the one before.

    Args:
        fusion: the network.
        folder: see `fusion_folder`.
        text_fingerprint: of the tower whose text vectors it learned to fuse.
        image_fingerprint: of the tower whose image vectors it learned to fuse.
        trained: how it was trained, in JSON's types.
        half: store weights in float16, which has to be able to hold them.
    """
    fingerprint = fusion.fingerprint
    weights = _weights(folder, fingerprint)
    state = {name: tensor.cpu().contiguous() for name, tensor in fusion.state_dict().items()}
    if half:
        state = {name: tensor.half() for name, tensor in state.items()}
    write_bytes(weights, save(state))
    manifest = FusionManifest(
        fusion.name, fusion.config(), fingerprint, text_fingerprint, image_fingerprint, trained
    )
    write_json(folder / _MANIFEST_NAME, asdict(manifest))
    for old in folder.glob("weights-*.safetensors"):
        if old != weights:
            old.unlink()


def read_fusion(folder: Path) -> FusionManifest:
    """Read what a saved network is, without its weights.

    Raises:
        ModelError: there is none, or it cannot be read.
    """
    path = folder / _MANIFEST_NAME
    try:
        values = json.loads(path.read_bytes())
        if values.get("format") != _FORMAT:
            raise ModelError(
                f"{path} was written by another version of mmdemo",
                got=f"format {values.get('format')}",
                expected=_FORMAT,
                remedy="train it again",
            )
        manifest = FusionManifest(**values)
    except FileNotFoundError:
        raise ModelError(f"there is no learned fusion in {folder}") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from error
    if manifest.name not in LEARNED:
        raise ModelError(
            f"{path} holds an unknown kind of fusion",
            got=manifest.name,
            expected=", ".join(LEARNED),
        )
    return manifest


def load_fusion(folder: Path, *, device: str = "cpu") -> LearnedFusion:
    """Load a network, ready to fuse.

    Raises:
        ModelError: there is none, it is damaged, or the device is not there.
    """
    manifest = read_fusion(folder)
    path = _weights(folder, manifest.fingerprint)
    try:
        fusion = LEARNED[manifest.name](**manifest.config)  # type: ignore[arg-type]
        fusion.load_state_dict(load(path.read_bytes()))
    except Exception as error:  # torch and safetensors raise whatever damage makes them
        raise _damaged(path, error) from error
    if fusion.fingerprint != manifest.fingerprint:
        raise ModelError(
            f"{path} does not hold the weights that {_MANIFEST_NAME} names",
            got=fusion.fingerprint,
            expected=manifest.fingerprint,
            remedy="train it again",
        )
    return fusion.to(pick_device(device)).eval()


def _weights(folder: Path, fingerprint: str) -> Path:
    return folder / f"weights-{fingerprint}.safetensors"


def _damaged(path: Path, error: Exception) -> ModelError:
    return ModelError(f"{path} is damaged: {first_line(error)}", remedy="train it again")
