"""Learned fusions of a model's folder in an index: what it stores, and when it stops to count."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.fusion import (
    ConcatMLP,
    Gate,
    LearnedFusion,
    fusion_folder,
    load_fusion,
    save_fusion,
)
from mmdemo.index import (
    Fusions,
    build_index,
    fusions_of,
    index_folder,
    load_fused,
    load_vectors,
    read_manifest,
)
from mmdemo.towers import Towers

MakeCatalog = Callable[..., Catalog]
FIELDS = ("title",)


@pytest.fixture
def model(tmp_path: Path, towers: Towers) -> Path:
    """The folder that the image half's model is said to come from."""
    folder = tmp_path / "model"
    towers.image.spec = f"local-dir:{folder}"
    return folder


def keep(
    model: Path, fusion: LearnedFusion, *, text: str = "words", image: str = "photos"
) -> LearnedFusion:
    folder = fusion_folder(model, fusion.name)
    save_fusion(fusion, folder, text_fingerprint=text, image_fingerprint=image, trained={})
    return fusion


def scrambled(fusion: LearnedFusion) -> LearnedFusion:
    for parameter in fusion.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return fusion


def build(catalog: Catalog, towers: Towers) -> Fusions:
    build_index(catalog, towers, text_fields=FIELDS)
    return loaded(catalog)


def loaded(catalog: Catalog) -> Fusions:
    return load_fused(catalog, read_manifest(catalog))


def test_products_are_fused_when_they_are_indexed(
    make_catalog: MakeCatalog, towers: Towers, model: Path
) -> None:
    catalog = make_catalog("red cup", "lamp", "", "")  # both halves, text, photo, neither
    untrained = keep(model, Gate(12, text_weight=0.3, hidden=8))
    trained = keep(model, scrambled(ConcatMLP(12, hidden=8)))
    manifest = build_index(catalog, towers, text_fields=FIELDS)
    assert manifest.fusions == {
        "fused-mlp": trained.fingerprint,
        "fused-gate": untrained.fingerprint,
    }
    fusions = loaded(Catalog.open(catalog.directory))
    assert fusions.unavailable == {}
    vectors = load_vectors(catalog, manifest)
    means = 0.3 * vectors.text[0] + 0.7 * vectors.image[0]
    expected = [means / np.linalg.norm(means), vectors.text[1], vectors.image[2], np.zeros(12)]
    gate = fusions.ready["fused-gate"]
    assert gate.rows.dtype == np.float32
    np.testing.assert_allclose(gate.rows, np.stack(expected), atol=1e-6)
    assert gate.fusion.fingerprint == untrained.fingerprint
    with torch.no_grad():
        halves = (torch.from_numpy(half) for half in (vectors.text, vectors.image))
        made = trained(*halves).numpy()
    np.testing.assert_allclose(fusions.ready["fused-mlp"].rows, made, atol=1e-6)


def test_an_index_without_any(make_catalog: MakeCatalog, towers: Towers) -> None:
    catalog = make_catalog("red cup")
    manifest = build_index(catalog, towers, text_fields=FIELDS)
    assert manifest.fusions == fusions_of(manifest) == {}
    assert loaded(catalog) == Fusions()
    folder = index_folder(catalog.directory, "default") / manifest.build
    assert not (folder / "learned.npz").exists()


def test_an_index_made_before_there_were_any_still_opens(
    make_catalog: MakeCatalog, towers: Towers, model: Path
) -> None:
    catalog = make_catalog("red cup", "lamp")
    build_index(catalog, towers, text_fields=FIELDS)
    path = index_folder(catalog.directory, "default") / "index.json"
    values = json.loads(path.read_text())
    del values["fusions"]
    path.write_text(json.dumps(values))
    assert read_manifest(catalog).fusions == {}
    assert load_vectors(catalog, read_manifest(catalog)).text.shape == (2, 12)
    keep(model, Gate(12, hidden=8))
    assert loaded(catalog).unavailable == {
        "fused-gate": "its network is newer than the index; run `mmdemo index` again"
    }


def test_an_empty_catalog(make_catalog: MakeCatalog, towers: Towers, model: Path) -> None:
    keep(model, Gate(12, hidden=8))
    assert build(make_catalog(), towers).ready["fused-gate"].rows.shape == (0, 12)


def drop(model: Path) -> None:
    shutil.rmtree(fusion_folder(model, "fused-gate"))


def damage(model: Path) -> None:
    (fusion_folder(model, "fused-gate") / "fusion.json").write_text("{")


def cut(model: Path) -> None:
    (path,) = fusion_folder(model, "fused-gate").glob("weights-*")
    path.write_bytes(path.read_bytes()[:-4])


def swap(model: Path) -> None:
    keep(model, ConcatMLP(12, hidden=8))
    drop(model)
    shutil.move(fusion_folder(model, "fused-mlp"), fusion_folder(model, "fused-gate"))


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "trained again": (
        lambda model: keep(model, scrambled(Gate(12, hidden=8))),
        "its network has changed since the catalog was indexed; run `mmdemo index` again",
    ),
    "with another weight": (
        lambda model: keep(model, Gate(12, text_weight=0.2, hidden=8)),
        "its network has changed since the catalog was indexed",
    ),
    "for other towers": (
        lambda model: keep(model, Gate(12, hidden=8), text="other"),
        "its network learned to fuse vectors of other towers than this index has",
    ),
    "gone": (drop, "its network is gone from the model's folder; put it back or run"),
    "damaged": (damage, "fusion.json is damaged"),
    "cut": (cut, "is damaged"),
    "another": (swap, "its folder holds fused-mlp; train it again"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_vectors_of_another_network_are_never_used(
    make_catalog: MakeCatalog, towers: Towers, model: Path, kind: str
) -> None:
    catalog = make_catalog("red cup", "lamp")
    keep(model, Gate(12, hidden=8))
    assert list(build(catalog, towers).ready) == ["fused-gate"]
    change, reason = CHANGES[kind]
    change(model)
    fusions = loaded(catalog)
    assert "fused-gate" not in fusions.ready
    assert reason in fusions.unavailable["fused-gate"]
    assert load_vectors(catalog, read_manifest(catalog)).text.shape == (2, 12)


def test_one_that_is_replaced_while_it_is_loaded_is_not_used(
    make_catalog: MakeCatalog, towers: Towers, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = make_catalog("red cup")
    keep(model, Gate(12, hidden=8))
    build_index(catalog, towers, text_fields=FIELDS)

    def late(folder: Path) -> LearnedFusion:
        keep(model, scrambled(Gate(12, hidden=8)))
        return load_fusion(folder)

    monkeypatch.setattr("mmdemo.index.fused.load_fusion", late)
    assert "has changed" in loaded(catalog).unavailable["fused-gate"]


@pytest.mark.parametrize("kind", ["for other towers", "damaged", "cut", "another"])
def test_what_does_not_fit_is_left_out_of_the_index_and_told(
    make_catalog: MakeCatalog,
    towers: Towers,
    model: Path,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    keep(model, Gate(12, hidden=8))
    change, reason = CHANGES[kind]
    change(model)
    manifest = build_index(make_catalog("red cup"), towers, text_fields=FIELDS)
    assert manifest.fusions == {}
    (record,) = caplog.records
    assert record.message.startswith("fused-gate is left out: ")
    assert reason in record.message


def test_another_text_tower_has_no_learned_fusion(
    make_catalog: MakeCatalog, make_towers: Callable[..., Towers], tmp_path: Path
) -> None:
    """As `mmdemo index --model MODEL --text-model OTHER` makes it: two spaces, no shared one."""
    catalog, separate = make_catalog("red cup"), make_towers(text="sentences")
    separate.image.spec = f"local-dir:{tmp_path / 'model'}"
    keep(tmp_path / "model", Gate(8, hidden=8))
    assert build(catalog, separate).unavailable == {
        "fused-gate": "its network learned to fuse vectors of other towers than this index has"
    }


@pytest.mark.parametrize("harm", ["absent", "half", "another shape", "another name"])
def test_damaged_vectors_cost_only_the_fusion(
    make_catalog: MakeCatalog, towers: Towers, model: Path, harm: str
) -> None:
    catalog = make_catalog("red cup", "lamp")
    keep(model, Gate(12, hidden=8))
    manifest = build_index(catalog, towers, text_fields=FIELDS)
    path = index_folder(catalog.directory, "default") / manifest.build / "learned.npz"
    if harm == "absent":
        path.unlink()
    elif harm == "half":
        path.write_bytes(path.read_bytes()[:100])
    else:
        name = "fused-gate" if harm == "another shape" else "fused-moe"
        np.savez(path, **{name: np.zeros((3, 12), np.float32)})  # type: ignore[arg-type]
    (reason,) = loaded(catalog).unavailable.values()
    assert reason.endswith("run `mmdemo index` again")
    assert str(path) in reason
