"""Only photos of the source's folder are read, whatever a reference says or links to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmdemo.catalog.photos import Attached, Fault, PhotoStore

pytestmark = [
    pytest.mark.timeout(10),
    # Pillow warns of broken EXIF data and of huge sizes; here warnings are errors.
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

Noise = Callable[..., bytes]


@pytest.fixture
def folder(tmp_path: Path, noise: Noise) -> Iterator[Path]:
    """A folder in which hardly anything is what its name says."""
    photos = tmp_path / "photos"
    (photos / "folder.jpg").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(noise())
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "inner.jpg").write_bytes(noise())
    (photos / "good.jpg").write_bytes(noise(kind="PNG"))
    (photos / "outside.jpg").symlink_to(tmp_path / "secret.jpg")
    (photos / "elsewhere").symlink_to(tmp_path / "secrets")
    (photos / "inside.jpg").symlink_to("good.jpg")
    (photos / "nowhere.jpg").symlink_to("none.jpg")
    (photos / "circle.jpg").symlink_to("circle.jpg")
    os.mkfifo(photos / "pipe.jpg")
    with (photos / "huge.jpg").open("wb") as file:
        file.truncate(50_000_001)
    yield photos


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("folder.jpg", Fault.NOT_A_FILE),
        ("outside.jpg", Fault.OUTSIDE),
        ("nowhere.jpg", Fault.UNREADABLE),
        ("circle.jpg", Fault.UNREADABLE),
        ("pipe.jpg", Fault.NOT_A_FILE),
        ("huge.jpg", Fault.TOO_LARGE),
        ("elsewhere/inner.jpg", Fault.NOT_FOUND),
        ("inner.jpg", Fault.NOT_FOUND),
        ("../secret.jpg", Fault.NOT_FOUND),
        ("/etc/passwd", Fault.NOT_FOUND),
        ("secret.jpg", Fault.NOT_FOUND),
        ("file:///etc/passwd", Fault.BAD_ADDRESS),
        ("data:image/png;base64,????", Fault.DAMAGED),
        ("x" * 100_000, Fault.NOT_FOUND),
        ("\0", Fault.NOT_FOUND),
    ],
)
def test_only_files_of_the_folder_are_read(
    folder: Path, tmp_path: Path, reference: str, reason: Fault
) -> None:
    with PhotoStore(tmp_path / "shop", folder) as store:
        attached = store.attach([reference], "p1")
        assert attached.keys == ()
        assert [note.reason for note in attached.notes] == [reason]
        assert len(attached.notes[0].detail) < 400


def test_links_within_the_folder_are_followed(folder: Path, tmp_path: Path) -> None:
    with PhotoStore(tmp_path / "shop", folder) as store:
        good = store.attach(["good.jpg"], "p1")
        assert len(good.keys) == 1
        assert store.attach(["inside.jpg"], "p1") == good == Attached(good.keys)
