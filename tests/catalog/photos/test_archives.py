"""Folder, zip and tar are the same source; broken and hostile archives do no harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mmdemo.catalog.photos import Fault, PhotoStore
from mmdemo.catalog.photos.archives import open_photos
from mmdemo.catalog.photos.records import PhotoError
from mmdemo.errors import CatalogError

pytestmark = pytest.mark.timeout(10)

MakePhoto = Callable[..., bytes]
Noise = Callable[..., bytes]


def tar(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def without_end(files: dict[str, bytes], folder: Path) -> bytes:
    """A tar of these files to which more can be added; each has a header and blocks of 512."""
    blocks = sum(1 + -(-len(content) // 512) for content in files.values())
    return tar(folder / "open.tar", files).read_bytes()[: 512 * blocks]


def zipped(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def notes(store: PhotoStore, reference: str) -> Sequence[str]:
    attached = store.attach([reference], "p")
    assert attached.keys == ()
    return [note.reason for note in attached.notes]


@pytest.mark.parametrize(
    "name", ["photos", "photos.zip", "photos.tar", "photos.tar.gz", "photos.tgz", "photos.tar.bz2",
             "photos.tar.xz", "photos.bin"],
)  # fmt: skip
def test_all_sources_give_the_same(tmp_path: Path, make_photo: MakePhoto, name: str) -> None:
    files = {"a.jpg": make_photo("red"), "sub/b.jpg": make_photo("blue"), "sub/c.txt": b"hello"}
    path = tmp_path / name
    if name == "photos":
        for file, content in files.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_bytes(content)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.mkdir("sub")
            for file, content in files.items():
                archive.writestr(file, content)
    else:
        mode = {"gz": "w:gz", "tgz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}
        tar(path, files, mode.get(name.rsplit(".", maxsplit=1)[-1], "w"))
    source = open_photos(path)
    assert [entry.name for entry in source.entries] == sorted(files)
    assert [entry.size for entry in source.entries] == [len(files[n]) for n in sorted(files)]
    assert len({entry.identity for entry in source.entries}) == 3
    assert {entry.name: source.read(entry) for entry in reversed(source.entries)} == files
    assert list(source.notes) == []
    again = open_photos(path)
    assert again.entries == source.entries
    source.close()
    again.close()


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_a_changed_photo_has_another_identity(
    tmp_path: Path, make_photo: MakePhoto, kind: str
) -> None:
    def write(color: str) -> Path:
        content = make_photo(color, kind="BMP")  # all of one size
        if kind == "folder":
            (tmp_path / "photos").mkdir(exist_ok=True)
            (tmp_path / "photos" / "a.bmp").write_bytes(content)
            return tmp_path / "photos"
        if kind == "zip":
            return zipped(tmp_path / "a.zip", {"a.bmp": content})
        return tar(tmp_path / "a.tar", {"a.bmp": content})

    first = open_photos(write("red"))
    time.sleep(0.02)  # longer than a clock of files ticks
    second = open_photos(write("blue"))
    assert first.entries[0].size == second.entries[0].size
    assert first.entries[0].identity != second.entries[0].identity
    first.close()
    second.close()


@pytest.mark.parametrize(
    "name", ["../a.jpg", "/tmp/a.jpg", "x/../../a.jpg", "..\\a.jpg", "C:\\a.jpg"]
)
def test_names_that_lead_outside_are_refused(
    tmp_path: Path, make_photo: MakePhoto, name: str
) -> None:
    files = {name: make_photo("red"), "good.jpg": make_photo("blue")}
    sources = [zipped(tmp_path / "p.zip", files), tar(tmp_path / "p.tar", files)]
    for source in sources:
        with PhotoStore(tmp_path / "shop", source) as store:
            assert notes(store, "a.jpg") == [Fault.OUTSIDE]
            assert len(store.attach(["good.jpg"], "p").keys) == 1
    assert {p.name for p in tmp_path.iterdir()} == {"p.zip", "p.tar", "shop"}


def test_links_and_devices_in_a_tar(tmp_path: Path, make_photo: MakePhoto) -> None:
    content = make_photo("red")
    path = tmp_path / "photos.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("good.jpg")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        for name, kind, target in [
            ("soft.jpg", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.jpg", tarfile.LNKTYPE, "good.jpg"),
            ("lost.jpg", tarfile.LNKTYPE, "../secret.jpg"),
            ("pipe.jpg", tarfile.FIFOTYPE, ""),
            ("device.jpg", tarfile.CHRTYPE, ""),
        ]:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, target
            archive.addfile(link)
    with PhotoStore(tmp_path / "shop", path) as store:
        good = store.attach(["good.jpg"], "p")
        assert len(good.keys) == 1
        assert store.attach(["hard.jpg"], "p") == good
        assert notes(store, "soft.jpg") == [Fault.OUTSIDE]
        assert notes(store, "lost.jpg") == [Fault.UNPACKABLE]
        assert notes(store, "pipe.jpg") == [Fault.NOT_A_FILE]
        assert notes(store, "device.jpg") == [Fault.NOT_A_FILE]


def test_of_a_name_that_comes_twice_in_a_tar_the_last_counts(
    tmp_path: Path, make_photo: MakePhoto
) -> None:
    tar(tmp_path / "p.tar", {"a.jpg": make_photo("red")})
    tar(tmp_path / "p.tar", {"a.jpg": make_photo("blue")}, "a")
    source = open_photos(tmp_path / "p.tar")
    assert [source.read(entry) for entry in source.entries] == [make_photo("blue")]
    source.close()


def patched(path: Path, old: bytes, new: bytes, *, start: int = 0) -> None:
    content = path.read_bytes()
    assert old in content[start:]
    path.write_bytes(content[:start] + content[start:].replace(old, new))


def test_members_that_cannot_be_unpacked(tmp_path: Path, noise: Noise) -> None:
    photo = noise()
    path = zipped(
        tmp_path / "p.zip",
        {
            "good.jpg": photo,
            "checksum.jpg": photo,
            "encrypted.jpg": photo,
            "method.jpg": photo,
            "empty.jpg": b"",
            "bomb.jpg": bytes(60_000_000),
            "long.jpg": photo,
            "short.jpg": photo,
        },
    )
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        members = {member.filename: member for member in archive.infolist()}
    directory = content.index(b"PK\x01\x02")

    def entry(name: str) -> int:
        """Where the central directory speaks of it."""
        return content.index(name.encode(), directory) - 46

    at = members["checksum.jpg"].header_offset
    content[at + 30 + len("checksum.jpg") + 40] ^= 0xFF
    content[entry("encrypted.jpg") + 8] |= 1
    content[entry("method.jpg") + 10] = 97
    # Sizes that lie, in the directory and in front of the data.
    struct.pack_into("<I", content, entry("long.jpg") + 24, 40_000_000)
    struct.pack_into("<I", content, entry("short.jpg") + 24, 100)
    path.write_bytes(content)
    with PhotoStore(tmp_path / "shop", path) as store:
        assert len(store.attach(["good.jpg"], "p").keys) == 1
        assert notes(store, "checksum.jpg") == [Fault.UNPACKABLE]
        assert notes(store, "encrypted.jpg") == [Fault.ENCRYPTED]
        assert notes(store, "method.jpg") == [Fault.UNPACKABLE]
        assert notes(store, "empty.jpg") == [Fault.EMPTY]
        assert notes(store, "bomb.jpg") == [Fault.TOO_LARGE]
        assert notes(store, "short.jpg") == [Fault.UNPACKABLE]


def test_names_in_other_encodings_are_found(tmp_path: Path, make_photo: MakePhoto) -> None:
    path = zipped(tmp_path / "p.zip", {"x-caf__-x.jpg": make_photo()})
    patched(path, b"x-caf__-x.jpg", "x-café-x.jpg".encode())  # UTF-8 that does not say so
    latin = zipped(tmp_path / "latin.zip", {"caf_.jpg": make_photo()})
    patched(latin, b"caf_.jpg", b"caf\xe9.jpg")
    apart = zipped(tmp_path / "apart.zip", {"cafe\u0301.jpg": make_photo()})  # as Macs write it
    for archive, reference in [(path, "x-café-x.jpg"), (apart, "café.jpg"), (latin, "cafΘ.jpg")]:
        with PhotoStore(tmp_path / "shop", archive) as store:
            assert len(store.attach([reference], "p").keys) == 1
    odd = os.fsdecode(b"caf\xe9.jpg")
    with tarfile.open(tmp_path / "p.tar", "w", encoding="utf-8") as out:
        member = tarfile.TarInfo(odd)
        member.size = len(make_photo())
        out.addfile(member, io.BytesIO(make_photo()))
    with PhotoStore(tmp_path / "shop", tmp_path / "p.tar") as store:
        assert len(store.attach([odd], "p").keys) == 1
    with PhotoStore(tmp_path / "shop", tmp_path / "p.tar") as store:
        assert len(store.attach([odd], "p").keys) == 1


def test_a_source_that_is_none(tmp_path: Path, make_photo: MakePhoto) -> None:
    good = zipped(tmp_path / "good.zip", {"a.jpg": make_photo()}).read_bytes()
    (tmp_path / "x.zip").write_bytes(b"PK nothing")
    (tmp_path / "cut.zip").write_bytes(good[:-30])
    (tmp_path / "directory.zip").write_bytes(
        good[: good.index(b"PK\1\2")] + b"\xff" * 20 + good[good.index(b"PK\1\2") + 20 :]
    )
    for name in ("x.zip", "cut.zip", "directory.zip"):
        with pytest.raises(CatalogError, match=rf"{name} is not a readable zip file"):
            open_photos(tmp_path / name)
    (tmp_path / "x.tar").write_bytes(b"hello" * 300)
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(b"hello" * 300))
    (tmp_path / "y.tar.gz").write_bytes(b"\x1f\x8bhello")
    (tmp_path / "empty.tar").write_bytes(b"")
    for name in ("x.tar", "x.tar.gz", "y.tar.gz", "empty.tar"):
        with pytest.raises(CatalogError, match=rf"{name} is not a readable archive"):
            open_photos(tmp_path / name)
    with pytest.raises(CatalogError, match="photos not found"):
        open_photos(tmp_path / "none")


@pytest.mark.parametrize(
    "compress", [lambda content: content, gzip.compress, bz2.compress, lzma.compress]
)
def test_a_tar_that_is_cut_short_gives_what_came_before(
    tmp_path: Path, noise: Noise, compress: Callable[[bytes], bytes]
) -> None:
    files = {f"{n:02}.jpg": noise((300, 300), seed=n) for n in range(40)}
    content = compress(tar(tmp_path / "p.tar", files).read_bytes())
    (tmp_path / "cut.tar").write_bytes(content[: len(content) // 2])
    with PhotoStore(tmp_path / "shop", tmp_path / "cut.tar") as store:
        assert [("cut.tar" in note, "cut short" in note) for note in store.notes] == [(True, True)]
        kept = [bool(store.attach([name], "p").keys) for name in files]
    assert kept == sorted(kept, reverse=True), "the first ones"
    assert 10 <= sum(kept) < 40


def test_a_tar_that_fills_the_disk_is_stopped(tmp_path: Path, make_photo: MakePhoto) -> None:
    inner = without_end({"a.jpg": make_photo()}, tmp_path)
    header = tarfile.TarInfo("zeros.jpg")
    header.size = 2_000_000_000
    with gzip.open(tmp_path / "bomb.tar.gz", "wb", 1) as out:
        out.write(inner + header.tobuf())
        for _ in range(1000):
            out.write(bytes(1_000_000))
    with PhotoStore(tmp_path / "shop", tmp_path / "bomb.tar.gz") as store:
        assert any("grows more than photos do" in note for note in store.notes)
        assert len(store.attach(["a.jpg"], "p").keys) == 1
        assert notes(store, "zeros.jpg") == [Fault.TOO_LARGE]


def test_a_header_that_fills_the_memory_is_not_read(tmp_path: Path, make_photo: MakePhoto) -> None:
    good = without_end({"a.jpg": make_photo()}, tmp_path)
    long_name = tarfile.TarInfo("././@LongLink")
    long_name.type = tarfile.GNUTYPE_LONGNAME
    long_name.size = 3_000_000_000
    path = tmp_path / "long.tar"
    with path.open("wb") as file:
        file.write(good + long_name.tobuf())
        file.truncate(3_100_000_000)  # sparse: takes no room
    with PhotoStore(tmp_path / "shop", path) as store:
        assert any("damaged" in note for note in store.notes)
        assert len(store.attach(["a.jpg"], "p").keys) == 1


def test_a_file_that_changes_under_way_is_no_harm(tmp_path: Path, make_photo: MakePhoto) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("gone", "pipe", "link", "grows"):
        (photos / f"{name}.jpg").write_bytes(make_photo())
    (tmp_path / "secret.jpg").write_bytes(make_photo())
    source = open_photos(photos)
    for name in ("gone", "pipe", "link"):
        (photos / f"{name}.jpg").unlink()
    os.mkfifo(photos / "pipe.jpg")
    (photos / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with (photos / "grows.jpg").open("ab") as file:
        file.truncate(60_000_000)
    reasons = {}
    for entry in source.entries:
        with pytest.raises(PhotoError) as caught:
            source.read(entry)
        reasons[entry.name] = caught.value.reason
    assert reasons == {
        "gone.jpg": Fault.UNREADABLE,
        "grows.jpg": Fault.TOO_LARGE,
        "link.jpg": Fault.OUTSIDE,
        "pipe.jpg": Fault.NOT_A_FILE,
    }
