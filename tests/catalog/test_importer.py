import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.catalog import Catalog, ImportReport, import_catalog, read_report
from mmdemo.catalog.photos import PhotoStore
from mmdemo.errors import CatalogError
from mmdemo.records import Price

MakePhoto = Callable[..., bytes]
WriteCsv = Callable[..., Path]


# The history knows the time; the ledger of photos knows the order in which they came.
NOT_COMPARED = {"lock", "photos.lock", "import_history.jsonl", "photos.jsonl"}


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in NOT_COMPARED
    }


def rows_of(report: ImportReport) -> dict[str, list[int]]:
    return {reason: problem.rows for reason, problem in report.problems.items()}


def test_products_photos_and_report(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    red = make_photo("red")
    (photos / "red.jpg").write_bytes(red)
    (photos / "p3.png").write_bytes(make_photo("blue", kind="PNG"))
    (photos / "broken.jpg").write_bytes(red[: len(red) // 2])
    (photos / "empty.jpg").write_bytes(b"")
    source = write_csv(
        ["id", "Title", "image", "price", "color"],
        ["p2", "Lamp", "red.jpg", "₹1,299", "red"],
        ["p1", "Chair", "lost.jpg", "649", ""],
        ["", "No id", "red.jpg", "", ""],
        ["p2", "Lamp again", "", "", ""],
        ["p3", "", "NaN", "on request", ""],
        ["p4", "Broken", "broken.jpg", "", ""],
        ["p5", "Empty", "empty.jpg"],
        ["p6", "Alone", "", "", ""],
    )
    catalog, report = import_catalog(source, tmp_path / "shop", images=photos)

    assert catalog.name == "shop"
    assert [p.product_id for p in catalog] == ["p1", "p2", "p3", "p4", "p5", "p6"]
    assert len(catalog) == 6
    lamp = catalog.get("p2")
    assert (lamp.title, lamp.price, lamp.attributes) == (
        "Lamp",
        Price(1299, "INR"),
        {"color": "red"},
    )
    assert [catalog.image_path(key).read_bytes() for key in lamp.images] == [red]
    assert [bool(p.images) for p in catalog] == [False, True, True, False, False, False]

    assert (report.rows, report.products, report.with_photo) == (8, 6, 2)
    assert (report.with_title, report.with_description) == (5, 0)
    assert (report.products, report.merged, report.left_out) == (6, 0, 2)
    assert rows_of(report) == {
        "photo not found": [3],
        "no product id": [4],
        "product id seen before": [5],
        "no title": [6],
        "price not understood": [6],
        "truncated photo": [7],
        "fewer cells than columns": [8],
        "photo is empty": [8],
        "no photo": [9],
    }
    assert {reason for reason, problem in report.problems.items() if problem.left_out} == {
        "no product id",
        "product id seen before",
    }
    assert report.problems["photo not found"].examples == ["p1: lost.jpg"]
    assert report.problems["product id seen before"].examples == ["p2"]
    assert report.problems["photo is empty"].examples == ["p5: empty.jpg: 0 bytes"]

    text = report.to_text().splitlines()
    assert text[0] == ("6 products from 8 rows: 2 with photo, 5 with title, 0 with description")
    assert text[1] == "2 rows left out"
    assert "kept as attributes: color" in text
    assert "       1 × photo not found (rows 3)" in text
    written = json.loads((tmp_path / "shop" / "import_report.json").read_bytes())
    assert written["problems"]["photo not found"] == {
        "count": 1,
        "rows": [3],
        "examples": ["p1: lost.jpg"],
        "left_out": False,
    }
    assert read_report(tmp_path / "shop") == report


def test_the_report_shows_five_rows_of_many(tmp_path: Path, write_csv: WriteCsv) -> None:
    source = write_csv(["id", "title"], *([f"p{i}", ""] for i in range(7)))
    _, report = import_catalog(source, tmp_path / "shop")
    assert rows_of(report) == {"no title": [2, 3, 4, 5, 6, 7, 8]}
    assert "       7 × no title (rows 2, 3, 4, 5, 6, …)" in report.to_text().splitlines()


def test_rows_are_reported_in_order_though_photos_are_read_ahead(
    tmp_path: Path, write_csv: WriteCsv
) -> None:
    (tmp_path / "photos").mkdir()
    source = write_csv(["id", "title"], *([f"p{i}", f"Lamp {i}"] for i in range(99)))
    _, report = import_catalog(source, tmp_path / "shop", images=tmp_path / "photos")
    assert rows_of(report) == {"no photo": list(range(2, 101))}


def test_zip_and_folder_give_the_same_catalog_every_time(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto
) -> None:
    names = [f"p{i:02}" for i in range(70)]  # more than are read ahead
    photos = tmp_path / "photos"
    photos.mkdir()
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for i, name in enumerate(names):
            content = make_photo((i, 2 * i, 255 - i), kind="PNG")
            (photos / f"{name}.png").write_bytes(content)
            archive.writestr(f"inner/{name}.png", content)
    source = write_csv(["id", "title"], *([name, f"Product {name}"] for name in reversed(names)))
    one, _ = import_catalog(source, tmp_path / "a" / "shop", images=photos)
    import_catalog(source, tmp_path / "b" / "shop", images=tmp_path / "photos.zip")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert [p.product_id for p in one] == names
    assert len({p.images for p in one}) == 70, "each has its own photo"
    assert tuple(Catalog.open(tmp_path / "a" / "shop")) == one.products


def test_bad_members_of_a_zip_are_reported(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto
) -> None:
    path = tmp_path / "photos.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in ("p1", "p2"):
            archive.writestr(f"{name}.png", make_photo(kind="PNG"))
    content = bytearray(path.read_bytes())
    content[content.index(b"IHDR") + 8] ^= 0xFF  # inside p1: its checksum is wrong now
    path.write_bytes(content)
    source = write_csv(["id", "title"], ["p1", "Lamp"], ["p2", "Chair"])
    catalog, report = import_catalog(source, tmp_path / "shop", images=path)
    assert [bool(p.images) for p in catalog] == [False, True]
    assert rows_of(report) == {"photo cannot be unpacked": [2]}
    assert report.problems["photo cannot be unpacked"].examples[0].startswith("p1: p1.png")


def test_file_names_that_are_no_text_are_reported(tmp_path: Path, write_csv: WriteCsv) -> None:
    folder = tmp_path / "photos" / os.fsdecode(b"\xe9")
    try:
        folder.mkdir(parents=True)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (folder / "p1.jpg").write_bytes(b"hello")
    source = write_csv(["id", "title"], ["p1", "Lamp"])
    _, report = import_catalog(source, tmp_path / "shop", images=tmp_path / "photos")
    assert report.problems["not a photo"].examples == ["p1: ?/p1.jpg"]
    report.to_text().encode()


def test_photos_that_are_too_large_are_not_read(
    tmp_path: Path, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch, make_photo: MakePhoto
) -> None:
    monkeypatch.setattr("mmdemo.catalog.photos.sources.MAX_BYTES", 10)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "p1.jpg").write_bytes(make_photo())
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("p1.jpg", make_photo())
    source = write_csv(["id", "title"], ["p1", "Lamp"])
    for images in (tmp_path / "photos", tmp_path / "photos.zip"):
        _, report = import_catalog(source, tmp_path / "shop", images=images)
        assert list(report.problems) == ["photo is too large"]


def test_importing_again_replaces_products_and_keeps_photos(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto
) -> None:
    shop, photos = tmp_path / "shop", tmp_path / "photos"
    photos.mkdir()
    (photos / "p1.jpg").write_bytes(make_photo("red"))
    first, _ = import_catalog(write_csv(["id", "title"], ["p1", "Lamp"]), shop, images=photos)
    second, _ = import_catalog(
        write_csv(["id", "title"], ["p1", "Lamp"], ["p2", "Chair"]), shop, images=photos
    )
    assert second.fingerprint != first.fingerprint
    assert Catalog.open(shop).products == second.products
    assert len(list(shop.glob("products-*"))) == 1
    assert second.get("p1") == first.get("p1")
    again, _ = import_catalog(write_csv(["id", "title"], ["p1", "Lamp"]), shop, images=photos)
    assert again.fingerprint == first.fingerprint


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["id", "title"]], r"no usable product: got 0 rows$"),
        ([["id", "title"], ["", "a"], ["", "b"]], "got 2 rows; most rows have .*no product id"),
        ([["name"], ["a"]], "no column looks like a product id"),
    ],
)
def test_an_import_that_finds_nothing_leaves_the_old_catalog(
    tmp_path: Path, write_csv: WriteCsv, rows: list[list[str]], message: str
) -> None:
    shop = tmp_path / "shop"
    import_catalog(write_csv(["id", "title"], ["p1", "Lamp"]), shop)
    before = files(shop)
    with pytest.raises(CatalogError, match=message):
        import_catalog(write_csv(*rows, name="bad.csv"), shop)
    assert files(shop) == before


def test_a_killed_import_leaves_the_old_catalog_and_can_be_repeated(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto
) -> None:
    shop, photos = tmp_path / "shop", tmp_path / "photos"
    photos.mkdir()
    old, _ = import_catalog(write_csv(["id", "title"], ["p0", "Old"]), shop)
    names = [f"p{i}" for i in range(40)]
    for i, name in enumerate(names):
        (photos / f"{name}.png").write_bytes(make_photo((i, 0, 0), (500, 500), kind="PNG"))
    source = write_csv(["id", "title"], *([name, "New"] for name in names), name="new.csv")
    script = """
        import sys, time
        from pathlib import Path
        from mmdemo.catalog import import_catalog
        from mmdemo.catalog.photos import PhotoStore
        attach, kept = PhotoStore.attach, []
        def slow(self, references, product_id):
            kept.append(product_id)
            if len(kept) > 20:
                time.sleep(60)
            return attach(self, references, product_id)
        PhotoStore.attach = slow
        import_catalog(Path(sys.argv[1]), Path(sys.argv[2]), images=Path(sys.argv[3]))
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(source), str(shop), str(photos)]
    ) as process:
        deadline = time.monotonic() + 60
        while len(list(shop.glob("images/*/*.png"))) <= 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was still at work"
    assert Catalog.open(shop).products == old.products

    _, report = import_catalog(source, shop, images=photos)
    assert report.with_photo == 40
    assert (report.changes.added, report.changes.changed) == (39, 1), "p0 is in both"
    import_catalog(write_csv(["id", "title"], ["p0", "Old"]), tmp_path / "clean")
    import_catalog(source, tmp_path / "clean", images=photos)
    assert files(shop) == files(tmp_path / "clean")


@pytest.mark.parametrize(
    "moment",
    [
        "mmdemo.catalog.spool.Spool.lines",
        "mmdemo.catalog.publication.Publication.write",
        "mmdemo.catalog.publication.Publication.changes",
        "mmdemo.catalog.importer.write_json",
        "mmdemo.catalog.publication.Publication.commit",
        "mmdemo.catalog.publication.sync_folder",
        "mmdemo.catalog.publication.write_json",
    ],
)
def test_killed_while_it_publishes_it_ends_the_same_when_it_is_repeated(
    tmp_path: Path, write_csv: WriteCsv, make_photo: MakePhoto, moment: str
) -> None:
    (tmp_path / "photos").mkdir()
    for name in "abc":
        (tmp_path / "photos" / f"{name}.png").write_bytes(
            make_photo(name != "b", (9, 9), mode="1", kind="PNG")
        )
    old = write_csv(["id", "title"], ["a", "Old"], ["z", "Gone"], name="old.csv")
    new = write_csv(["id", "title"], ["a", "New"], ["b", ""], ["c", "C"], ["", "D"], name="new.csv")
    for folder in ("killed", "whole"):
        import_catalog(old, tmp_path / folder, images=tmp_path / "photos")
    import_catalog(new, tmp_path / "whole", images=tmp_path / "photos")

    script = """
        import os, pkgutil, signal, sys
        from pathlib import Path
        from mmdemo.catalog import import_catalog
        owner, _, name = sys.argv[1].rpartition(".")
        setattr(pkgutil.resolve_name(owner), name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        import_catalog(Path(sys.argv[2]), Path(sys.argv[3]), images=Path(sys.argv[4]))
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), moment, str(new), str(tmp_path / "killed"),
         str(tmp_path / "photos")],
        check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert [p.product_id for p in Catalog.open(tmp_path / "killed")] == ["a", "z"]
    import_catalog(new, tmp_path / "killed", images=tmp_path / "photos")
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def test_two_imports_into_one_folder_are_refused(tmp_path: Path, write_csv: WriteCsv) -> None:
    source = write_csv(["id", "title"], ["a", "A"])
    with (
        PhotoStore(tmp_path / "shop", None),
        pytest.raises(CatalogError, match=r"another import into .* is at work"),
    ):
        import_catalog(source, tmp_path / "shop")


def test_many_large_products_take_little_memory(
    tmp_path: Path, peak_memory: Callable[..., int]
) -> None:
    script = """
        import sys
        from pathlib import Path
        from mmdemo.catalog import import_products
        import_products(Path(sys.argv[1]), Path(sys.argv[2]))
    """
    peaks = []
    for count in (1, 4000):
        source = tmp_path / f"{count}.jsonl"
        with source.open("w") as file:
            for i in range(count):
                line = {"id": f"{i:05}", "title": f"T {i}", "description": "x y " * 4000}
                file.write(json.dumps(line) + "\n")
        peaks.append(peak_memory(script, source, tmp_path / "shop"))
    assert peaks[1] - peaks[0] < 30, "MiB more, for 64 MB of text"
