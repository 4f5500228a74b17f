import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.catalog import Catalog, Changes, write_catalog
from mmdemo.catalog.publication import Publication, product_line
from mmdemo.errors import CatalogError
from mmdemo.records import Price, Product

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
products = st.builds(
    Product,
    product_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
    title=words,
    description=words,
    brand=words,
    category=words,
    price=st.none() | st.builds(Price, st.floats(0, 1e9), st.sampled_from(["", "EUR"])),
    attributes=st.dictionaries(words, words, max_size=3),
    images=st.lists(st.text("0123456789abcdef", min_size=32, max_size=32), max_size=2).map(tuple),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(products, max_size=6, unique_by=lambda product: product.product_id))
def test_products_survive_the_round_trip_in_id_order(
    tmp_path: Path, given_products: list[Product]
) -> None:
    written = write_catalog(tmp_path, given_products)
    read = Catalog.open(tmp_path)
    assert read.products == written.products
    assert [p.product_id for p in read] == sorted(p.product_id for p in given_products)
    assert all(read.get(p.product_id) == p for p in given_products)
    assert read.fingerprint == written.fingerprint


def test_the_fingerprint_follows_content_not_order(tmp_path: Path) -> None:
    a, b = Product("a", title="Lamp"), Product("b")
    one = write_catalog(tmp_path / "1", [a, b]).fingerprint
    assert write_catalog(tmp_path / "2", [b, a]).fingerprint == one
    assert write_catalog(tmp_path / "3", [a, Product("b", brand="x")]).fingerprint != one


def test_names_and_lookups(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "my shop", [Product("b"), Product("a")])
    assert catalog.name == "my shop"
    assert catalog.rows == {"a": 0, "b": 1}
    with pytest.raises(CatalogError, match="catalog my shop has no product 'c'"):
        catalog.get("c")
    with pytest.raises(CatalogError, match=r"photo 'ff' is not in catalog my shop.*import"):
        catalog.image_path("ff")
    with pytest.raises(CatalogError):
        catalog.thumbnail_path("ff")


def test_a_catalog_keeps_its_id_over_all_its_products(tmp_path: Path) -> None:
    first = write_catalog(tmp_path / "shop", [Product("a")])
    assert first.catalog_id == first.fingerprint[:16]
    second = write_catalog(tmp_path / "shop", [Product("b")])
    assert second.fingerprint != first.fingerprint
    assert second.catalog_id == first.catalog_id == Catalog.open(tmp_path / "shop").catalog_id
    (tmp_path / "shop").rename(tmp_path / "moved")
    assert Catalog.open(tmp_path / "moved").catalog_id == first.catalog_id
    assert write_catalog(tmp_path / "other" / "shop", [Product("b")]).catalog_id != first.catalog_id


def test_a_catalog_from_before_there_were_ids_gets_one_that_stays(tmp_path: Path) -> None:
    write_catalog(tmp_path, [Product("a")])
    manifest = json.loads((tmp_path / "catalog.json").read_bytes())
    del manifest["catalog_id"]
    (tmp_path / "catalog.json").write_text(json.dumps(manifest))
    old = Catalog.open(tmp_path)
    assert old.catalog_id == tmp_path.name  # as its grades were stored
    assert write_catalog(tmp_path, [Product("b")]).catalog_id == old.catalog_id


def test_changes_against_what_is_there(tmp_path: Path) -> None:
    def changes(*products: Product) -> Changes:
        with Publication(tmp_path) as publication:
            publication.write(product_line(product) for product in products)
            found = publication.changes()
            publication.commit()
        return found

    a, b, c, d = (Product(name, title=name) for name in "abcd")
    assert changes(a, b) == Changes(added=2)
    assert changes(a, b) == Changes(unchanged=2)
    assert changes(a, replace(b, title="new"), c, d) == Changes(
        added=2, changed=1, unchanged=1, examples={"added": ("c", "d"), "changed": ("b",)}
    )
    assert changes(b, d) == Changes(
        changed=1, removed=2, unchanged=1, examples={"changed": ("b",), "removed": ("a", "c")}
    )
    assert changes() == Changes(removed=2, examples={"removed": ("b", "d")})


def test_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    for name in ("products.new", ".catalog.json.1234abcd", ".import_report.json.1234abcd"):
        (tmp_path / name).write_text("half")
    write_catalog(tmp_path, [Product("a")])
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == [
        "catalog.json",
        "lock",
        "products",
    ]


def test_a_publication_that_is_not_committed_changes_nothing(tmp_path: Path) -> None:
    write_catalog(tmp_path, [Product("a")])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with Publication(tmp_path) as publication:
        publication.write([product_line(Product("b"))])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_without_catalog(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(CatalogError, match=r"holds no catalog; make one with `mmdemo import"):
            Catalog.open(folder)


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"x"])
def test_a_damaged_products_file_is_found(tmp_path: Path, damage: bytes) -> None:
    write_catalog(tmp_path, [Product("a")])
    next(tmp_path.glob("products-*")).write_bytes(damage)
    with pytest.raises(CatalogError, match=r"jsonl is damaged: got hash .*; run `mmdemo import`"):
        Catalog.open(tmp_path)


def test_a_missing_products_file_is_found(tmp_path: Path) -> None:
    write_catalog(tmp_path, [Product("a")])
    next(tmp_path.glob("products-*")).unlink()
    with pytest.raises(CatalogError, match=r"jsonl is missing; run `mmdemo import` again"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", "another version"),
        (b'{"format": 99}', "got format 99, expected 1"),
        (b'{"format": 1}', "missing|damaged"),
    ],
)
def test_a_damaged_manifest_is_found(tmp_path: Path, manifest: bytes, message: str) -> None:
    write_catalog(tmp_path, [Product("a")])
    (tmp_path / "catalog.json").write_bytes(manifest)
    with pytest.raises(CatalogError, match=message):
        Catalog.open(tmp_path)


def test_an_empty_catalog(tmp_path: Path) -> None:
    write_catalog(tmp_path, [])
    assert Catalog.open(tmp_path).products == ()


def test_the_manifest_is_replaced_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = write_catalog(tmp_path, [Product("a")])

    def fail(path: Path, value: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("mmdemo.catalog.publication.write_json", fail)
    with pytest.raises(OSError, match="disk full"):
        write_catalog(tmp_path, [Product("b")])
    assert Catalog.open(tmp_path).products == old.products


def test_readers_see_one_whole_catalog_while_writers_replace_it(tmp_path: Path) -> None:
    def version(name: str) -> list[Product]:
        return [Product(f"p{i}", title=name) for i in range(3)]

    write_catalog(tmp_path, version("first"))
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for i in range(30):
                write_catalog(tmp_path, version(f"{writer}.{i}"))
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(i,)) for i in (1, 2)]
    for writer in writers:
        writer.start()
    reads = 0
    while any(writer.is_alive() for writer in writers):
        catalog = Catalog.open(tmp_path)
        assert list(catalog) == version(catalog.products[0].title)
        reads += 1
    assert not failures
    assert reads > 0
    manifest = json.loads((tmp_path / "catalog.json").read_bytes())
    assert [p.name for p in tmp_path.glob("products-*")] == [manifest["products"]]
