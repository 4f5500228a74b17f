"""The index on disk: what it holds, what it refuses, and what a killed build leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.errors import IndexMismatchError, SettingsError
from mmdemo.index import (
    Manifest,
    build_index,
    check_towers,
    index_folder,
    load_lexical,
    load_vectors,
    read_manifest,
)
from mmdemo.towers import Towers

FIELDS = ("title", "description")
MakeCatalog = Callable[..., Catalog]
MakeTowers = Callable[..., Towers]


def seen(towers: Towers) -> list[str]:
    """What was encoded since the last call."""
    tower_list: list[Any] = list({id(t): t for t in (towers.text, towers.image_query)}.values())
    tower_list.append(towers.image)
    contents = [content for tower in tower_list for content in tower.seen]
    for tower in tower_list:
        tower.seen.clear()
    return sorted(contents)


def build_folders(catalog: Catalog) -> list[str]:
    return sorted(p.name for p in index_folder(catalog.directory, "default").glob("build-*"))


def test_round_trip(make_catalog: MakeCatalog, make_towers: MakeTowers) -> None:
    catalog, towers = make_catalog("red cup", "", "lamp", "blue cup"), make_towers()
    built = build_index(catalog, towers, text_fields=FIELDS)
    manifest = read_manifest(Catalog.open(catalog.directory))
    assert manifest == built
    assert (manifest.count, manifest.with_text, manifest.with_image) == (4, 3, 2)
    assert (manifest.text_dimension, manifest.image_dimension) == (12, 8)
    assert (manifest.text_model, manifest.model) == ("words", "photos")
    check_towers(manifest, towers)

    vectors = load_vectors(catalog, manifest)
    texts = ["red cup\nabout red cup", "lamp\nabout lamp", "blue cup\nabout blue cup"]
    assert np.array_equal(vectors.text[[0, 2, 3]], towers.text.encode_texts(texts))
    assert vectors.has_text.tolist() == [True, False, True, True]
    assert vectors.has_image.tolist() == [True, False, True, False]
    titles = ["red cup", "lamp", "blue cup"]
    for mean, tower in (
        (vectors.query_text_mean, towers.text),
        (vectors.query_image_mean, towers.image_query),
    ):
        assert mean == pytest.approx(tower.encode_texts(titles).mean(axis=0), abs=1e-6)
    assert load_lexical(catalog, manifest).search("lamp", 5)[1].tolist() == [2]


def test_query_mean_samples_the_whole_catalog(
    make_catalog: MakeCatalog, towers: Towers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.index.build._TYPICAL_QUERIES", 4)
    catalog = make_catalog(*(f"title {i}" for i in range(7)))
    build_index(catalog, towers, text_fields=("description",))
    assert [text for text in seen(towers) if text.startswith("title")] == [
        "title 0",
        "title 2",
        "title 4",
        "title 6",
    ]


def test_empty_catalog(tmp_path: Path, towers: Towers) -> None:
    catalog = write_catalog(tmp_path / "empty", [])
    manifest = build_index(catalog, towers, text_fields=FIELDS)
    vectors = load_vectors(catalog, manifest)
    assert (vectors.text.shape, vectors.image.shape) == ((0, 12), (0, 12))
    assert load_lexical(catalog, manifest).search("cup", 5)[1].tolist() == []


def test_a_second_build_encodes_only_what_is_new(
    make_catalog: MakeCatalog, make_towers: MakeTowers
) -> None:
    towers = make_towers()
    build_index(make_catalog("red cup", "lamp"), towers, text_fields=("title",))
    # Each title twice: as product text, and as a typical query in the image half's space.
    assert seen(towers) == ["lamp", "lamp", "photo", "red cup", "red cup"]
    build_index(make_catalog("red cup", "lamp"), towers, text_fields=("title",))
    assert seen(towers) == []
    manifest = build_index(make_catalog("red cup", "lamp", "vase"), towers, text_fields=("title",))
    assert seen(towers) == ["photo", "vase", "vase"]
    assert manifest.count == 3


def cached(catalog: Catalog, tower: str) -> int:
    return (catalog.directory / "vectors" / tower / "keys.bin").stat().st_size // 32


def test_vectors_of_what_went_are_dropped(
    make_catalog: MakeCatalog, make_towers: MakeTowers
) -> None:
    towers = make_towers()
    titles = [f"title {i}" for i in range(20)]
    build_index(make_catalog(*titles), towers, text_fields=("title",))
    catalog = make_catalog(*titles[:19], "another")
    build_index(catalog, towers, text_fields=("title",))
    # One of 21 is not used any more: less than a tenth, so it stays.
    assert (cached(catalog, "words"), cached(catalog, "photos")) == (21, 10)
    catalog = make_catalog(*titles[:16])
    build_index(catalog, towers, text_fields=("title",))
    assert [cached(catalog, tower) for tower in ("words", "asking", "photos")] == [16, 16, 8]
    seen(towers)
    manifest = build_index(catalog, towers, text_fields=("title",))
    assert seen(towers) == []
    vectors = load_vectors(catalog, manifest)
    assert np.array_equal(vectors.text, towers.text.encode_texts([p.title for p in catalog]))


def test_what_another_index_needs_is_kept(
    make_catalog: MakeCatalog, make_towers: MakeTowers
) -> None:
    towers, catalog = make_towers(), make_catalog("red cup", "lamp")
    build_index(catalog, towers, text_fields=FIELDS, name="long")
    build_index(catalog, towers, text_fields=("title",))
    seen(towers)
    build_index(catalog, towers, text_fields=FIELDS, name="long")
    assert seen(towers) == []


def test_only_the_newest_build_is_kept(make_catalog: MakeCatalog, towers: Towers) -> None:
    catalog = make_catalog("red cup")
    build_index(catalog, towers, text_fields=FIELDS)
    manifest = build_index(catalog, towers, text_fields=FIELDS)
    assert build_folders(catalog) == [manifest.build]


@pytest.mark.parametrize("step", ["savez", "save", "write_json"])
def test_a_build_that_is_stopped_leaves_the_old_one_usable(
    make_catalog: MakeCatalog, towers: Towers, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    catalog = make_catalog("red cup", "lamp")
    old = build_index(catalog, towers, text_fields=("title",))
    vectors = load_vectors(catalog, old)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    where = {
        "savez": "numpy.savez",
        "save": "mmdemo.index.lexical.LexicalIndex.save",
        "write_json": "mmdemo.index.build.write_json",
    }
    with monkeypatch.context() as patched:
        patched.setattr(where[step], stop)
        with pytest.raises(KeyboardInterrupt):
            build_index(catalog, towers, text_fields=FIELDS)
    assert read_manifest(catalog) == old
    assert np.array_equal(load_vectors(catalog, old).text, vectors.text)
    assert load_lexical(catalog, old).search("lamp", 5)[1].tolist() == [1]

    new = build_index(catalog, towers, text_fields=FIELDS)
    assert build_folders(catalog) == [new.build]


@pytest.mark.parametrize("fields", [(), ("title", "price"), ("images",)])
def test_text_fields_that_are_none(
    make_catalog: MakeCatalog, towers: Towers, fields: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError, match="expected some of title, description, brand, category"):
        build_index(make_catalog("red cup"), towers, text_fields=fields)


@pytest.fixture
def indexed(make_catalog: MakeCatalog, towers: Towers) -> tuple[Catalog, Manifest]:
    catalog = make_catalog("red cup", "lamp")
    return catalog, build_index(catalog, towers, text_fields=FIELDS)


def rewrite(catalog: Catalog, content: str) -> None:
    (index_folder(catalog.directory, "default") / "index.json").write_text(content)


def test_no_index(make_catalog: MakeCatalog) -> None:
    catalog = make_catalog("red cup")
    remedy = f"run `mmdemo index --catalog {catalog.directory} --model SPEC`"
    with pytest.raises(IndexMismatchError, match="has no index 'default'") as raised:
        read_manifest(catalog)
    assert str(raised.value).endswith(remedy)


def test_changed_catalog(indexed: tuple[Catalog, Manifest]) -> None:
    catalog, _ = indexed
    changed = write_catalog(
        catalog.directory, [replace(product, brand="new") for product in catalog]
    )
    with pytest.raises(IndexMismatchError, match=r"older than its products; run .*--model photos"):
        read_manifest(changed)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ("{}", "another version of mmdemo: got format None, expected 1"),
        ('{"format": 1}', "is damaged"),
        ('{"format": 2}', "another version of mmdemo: got format 2, expected 1"),
    ],
)
def test_unusable_manifest(indexed: tuple[Catalog, Manifest], content: str, message: str) -> None:
    rewrite(indexed[0], content)
    with pytest.raises(IndexMismatchError, match=f"{message}.*run `mmdemo index` again"):
        read_manifest(indexed[0])


@pytest.mark.parametrize("changed", ["text", "image", "query"])
def test_changed_tower(make_catalog: MakeCatalog, make_towers: MakeTowers, changed: str) -> None:
    manifest = build_index(make_catalog("red cup"), make_towers(), text_fields=FIELDS)
    argument = {"text": "text", "image": "image", "query": "asking"}[changed]
    with pytest.raises(
        IndexMismatchError, match=f"the {changed} tower of .* has changed .*got other, expected"
    ):
        check_towers(manifest, make_towers(**{argument: "other"}))


@pytest.mark.parametrize("damage", ["absent", "empty", "half", "text", "flipped", "no image"])
def test_damaged_vectors(indexed: tuple[Catalog, Manifest], damage: str) -> None:
    catalog, manifest = indexed
    path = index_folder(catalog.directory, "default") / manifest.build / "vectors.npz"
    content = path.read_bytes()
    if damage == "absent":
        path.unlink()
    elif damage == "no image":
        np.savez(path, text=np.zeros((2, 12), np.float32))
    else:
        flipped = bytearray(content)
        flipped[200] ^= 255  # within the text vectors
        damaged = {"empty": b"", "half": content[: len(content) // 2], "text": b"not zip"}
        path.write_bytes(damaged.get(damage, bytes(flipped)))
    with pytest.raises(IndexMismatchError, match=r"cannot be read: .*; run `mmdemo index` again"):
        load_vectors(catalog, manifest)


def test_vectors_of_another_shape(indexed: tuple[Catalog, Manifest]) -> None:
    catalog, manifest = indexed
    with pytest.raises(IndexMismatchError, match=r"does not fit its manifest: got .*; run"):
        load_vectors(catalog, replace(manifest, image_dimension=13))


def test_manifest_is_readable_json(indexed: tuple[Catalog, Manifest]) -> None:
    catalog, manifest = indexed
    stored = json.loads((index_folder(catalog.directory, "default") / "index.json").read_bytes())
    assert stored["text_fields"] == ["title", "description"]
    assert stored["build"] == manifest.build


def test_indexes_of_other_names_live_side_by_side(
    make_catalog: MakeCatalog, towers: Towers
) -> None:
    catalog = make_catalog("red cup", "lamp")
    build_index(catalog, towers, text_fields=("title",))
    build_index(catalog, towers, text_fields=FIELDS, name="long")
    assert read_manifest(catalog).text_fields == ("title",)
    assert read_manifest(catalog, "long").text_fields == FIELDS
