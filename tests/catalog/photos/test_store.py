"""What an import sees of photos: found, kept once, remembered, and the same after any kill."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mmdemo.catalog import keep_photo
from mmdemo.catalog.photos import Attached, Fault, Note, PhotoStore, read_photo_facts
from mmdemo.catalog.photos.keeper import Keeper
from mmdemo.catalog.photos.renditions import make_renditions
from mmdemo.errors import CatalogError

KEEPER = "mmdemo.catalog.photos.keeper"
MakePhoto = Callable[..., bytes]
Noise = Callable[..., bytes]
OpenStore = Callable[..., PhotoStore]


def tree(directory: Path) -> dict[str, bytes]:
    """Everything but what is no part of a catalog: ledger and lock."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith("photos.")
    }


@pytest.fixture
def photos(tmp_path: Path, make_photo: MakePhoto) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("red", "blue", "green"):
        (folder / f"{name}.jpg").write_bytes(make_photo(name, (500, 400)))
    (folder / "same.jpg").write_bytes(make_photo("red", (500, 400)))
    (folder / "bad.jpg").write_bytes(b"hello")
    return folder


def test_several_photos_keep_their_order_and_each_is_kept_once(
    photos: Path, open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store(photos)
    attached = store.attach(["blue.jpg", " red.jpg ", "same.jpg", "", "blue.jpg"], "p")
    assert attached.notes == ()
    assert len(attached.keys) == 2
    assert store.attach(["red.jpg", "blue.jpg"], "p").keys == attached.keys[::-1]
    assert len(list((tmp_path / "shop" / "images").rglob("*.jpg"))) == 2


def test_without_a_reference_the_products_id_names_the_photo(
    photos: Path, open_store: OpenStore
) -> None:
    store = open_store(photos)
    assert store.attach([], "red") == store.attach(["red.jpg"], "p")
    assert store.attach(["", " "], "RED") == store.attach(["red.jpg"], "p")
    assert store.attach([], "yellow") == Attached((), (Note(Fault.NONE),))


def test_good_photos_are_kept_beside_bad_ones(
    photos: Path, open_store: OpenStore, make_photo: MakePhoto
) -> None:
    store = open_store(photos)
    attached = store.attach(["bad.jpg", "red.jpg", "none.jpg", b"hi", make_photo("blue")], "p")
    assert len(attached.keys) == 2
    assert attached.notes == (
        Note(Fault.NOT_A_PHOTO, "bad.jpg"),
        Note(Fault.NOT_FOUND, "none.jpg"),
        Note(Fault.NOT_A_PHOTO, "2 bytes"),
    )


def test_without_a_source_file_names_mean_nothing(open_store: OpenStore) -> None:
    assert open_store().attach(["a.jpg"], "p").notes == (Note(Fault.NO_SOURCE, "a.jpg"),)


def test_an_address_whose_file_was_handed_over_is_not_asked(
    photos: Path, open_store: OpenStore
) -> None:
    store = open_store(photos, make_fetcher=lambda: pytest.fail("asked"))
    attached = store.attach(["https://shop.example/img/red.jpg?v=2"], "p")
    assert attached == store.attach(["red.jpg"], "p")


def test_photos_written_into_a_cell(open_store: OpenStore) -> None:
    pixel = (  # 4 x 4 red pixels
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR4nGP4"
        "z8AARwzEcQCukw/x0F8jngAAAABJRU5ErkJggg=="
    )
    assert len(open_store().attach([pixel], "p").keys) == 1


def test_what_is_known_is_neither_read_nor_decoded_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for path in sorted(photos.iterdir()):
            out.write(path, path.name)
    names = [path.name for path in sorted(photos.iterdir())]
    for source in (photos, archive):
        with PhotoStore(tmp_path / "shop", source) as store:
            first = [store.attach([name], "p") for name in names]
        with monkeypatch.context() as patch:
            patch.setattr(f"{KEEPER}.make_renditions", lambda _: pytest.fail("decoded"))
            patch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("read"))
            patch.setattr(Keeper, "keep", lambda *_: pytest.fail("read"))
            with PhotoStore(tmp_path / "shop", source) as store:
                assert [store.attach([name], "p") for name in names] == first


def test_a_changed_photo_is_seen(photos: Path, tmp_path: Path, make_photo: MakePhoto) -> None:
    with PhotoStore(tmp_path / "shop", photos) as store:
        before = store.attach(["red.jpg", "bad.jpg"], "p")
    (photos / "red.jpg").write_bytes(make_photo("white", (500, 400)))
    (photos / "bad.jpg").write_bytes(make_photo("black", (500, 400)))
    with PhotoStore(tmp_path / "shop", photos) as store:
        after = store.attach(["red.jpg", "bad.jpg"], "p")
        assert (len(after.keys), after.notes) == (2, ())
        assert not set(before.keys) & set(after.keys)


@pytest.mark.parametrize("harm", ["empty", "gone"])
@pytest.mark.parametrize("part", ["images", "thumbnails", "large"])
def test_a_file_that_a_power_cut_took_is_made_again(
    tmp_path: Path, make_photo: MakePhoto, part: str, harm: str
) -> None:
    content = make_photo("red", (2000, 100))
    with PhotoStore(tmp_path, None) as store:
        first = store.attach([content], "p")
    before = tree(tmp_path)
    (path,) = (p for p in (tmp_path / part).rglob("*") if p.is_file())
    path.write_bytes(b"") if harm == "empty" else path.unlink()
    with PhotoStore(tmp_path, None) as store:
        assert store.attach([content], "p") == first
    assert tree(tmp_path) == before


def test_photos_that_no_product_uses_go(photos: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    with PhotoStore(shop, photos) as store:
        red, blue, _ = (store.attach([f"{n}.jpg"], "p").keys[0] for n in ("red", "blue", "green"))
        store.attach(["bad.jpg"], "p")
        (shop / "images" / red[:2] / f".{red}.jpg.0a1b2c3d").write_bytes(b"half")  # a kill's
        assert store.prune({red}) == 2
        assert {Path(name).name for name in tree(shop)} == {f"{red}.jpg", f"{red}.webp"}
        assert store.prune({red}) == 0
        assert store.attach(["blue.jpg"], "p").keys == (blue,), "and can come back"
    assert read_photo_facts(shop).keys() == {red, blue}
    with PhotoStore(shop, photos) as store:
        assert store.attach(["bad.jpg"], "p").notes == (Note(Fault.NOT_A_PHOTO, "bad.jpg"),)


def test_two_imports_cannot_write_at_once(tmp_path: Path) -> None:
    with PhotoStore(tmp_path, None), pytest.raises(CatalogError, match="another import into"):
        PhotoStore(tmp_path, None)
    with pytest.raises(CatalogError, match="photos not found"):
        PhotoStore(tmp_path, tmp_path / "none")
    PhotoStore(tmp_path, None).close()


def test_a_full_disk_is_no_bad_photo(
    tmp_path: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mmdemo.catalog.photos.shelf.write_bytes", full)
    with (
        PhotoStore(tmp_path, None) as store,
        pytest.raises(CatalogError, match=r"cannot be kept in .*No space left.*free space"),
    ):
        store.attach([make_photo()], "p")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CatalogError, match=r"cannot be kept in .*file"):
        PhotoStore(tmp_path / "file", None)


@pytest.mark.timeout(30)
def test_many_threads_make_each_photo_once(
    tmp_path: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []

    def counting(content: bytes) -> object:
        made.append(content)
        time.sleep(0.01)
        return make_renditions(content)

    monkeypatch.setattr(f"{KEEPER}.make_renditions", counting)
    contents = [make_photo((n, 0, 0), (400, 400)) for n in range(0, 250, 25)]
    with PhotoStore(tmp_path / "many", None) as store, ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: store.attach([contents[n % 10]], "p"), range(200)))
    assert len(made) == 10
    assert len({attached.keys for attached in found}) == 10
    for content in contents:
        keep_photo(tmp_path / "one", content)
    assert tree(tmp_path / "many") == tree(tmp_path / "one")


KILLED = """
    import sys
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path
    from mmdemo.catalog.photos import PhotoStore
    with PhotoStore(Path(sys.argv[1]), Path(sys.argv[2])) as store:
        names = sorted(path.name for path in Path(sys.argv[2]).iterdir())
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda name: store.attach([name], "p"), names))
        store.prune({p.stem for p in Path(sys.argv[1], "images").rglob("*.*")})
    print("done")
"""


@pytest.mark.timeout(120)
def test_after_kills_at_any_moment_the_catalog_is_the_same(tmp_path: Path, noise: Noise) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for n in range(90):
        content = noise((500 + n, 300), seed=n, kind="PNG" if n % 3 else "BMP")
        (photos / f"{n:03}.png").write_bytes(content if n % 10 else content[:5000])
    shop, command = tmp_path / "shop", [sys.executable, "-c", textwrap.dedent(KILLED)]
    rng = random.Random(0)
    kills = 0
    for _ in range(30):
        with subprocess.Popen(
            [*command, str(shop), str(photos)], stdout=subprocess.PIPE, text=True
        ) as process:
            seen = sum(1 for _ in shop.glob("images/*/*"))
            deadline = time.monotonic() + 60
            while (  # until it has come a little further
                process.poll() is None
                and sum(1 for _ in shop.glob("images/*/*")) < seen + rng.randrange(12, 40)
                and time.monotonic() < deadline
            ):
                time.sleep(0.002)
            process.kill()
            out = process.communicate()[0]
        if out:
            break
        kills += 1
    assert kills >= 2
    assert out == "done\n"
    subprocess.run([*command, str(tmp_path / "clean"), str(photos)], check=True, timeout=60)
    assert tree(shop) == tree(tmp_path / "clean")
    assert len(read_photo_facts(shop)) == 81
    assert read_photo_facts(shop) == read_photo_facts(tmp_path / "clean")
