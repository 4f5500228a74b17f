import hashlib
import io
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import CatalogError
from mmdemo.towers import FloatArray, embed_photos, embed_texts, unit_rows
from mmdemo.towers.embed import IMAGE_BATCH, TEXT_BATCH


def vector(content: bytes) -> FloatArray:
    """What both fake towers give for a content: (4,), unit."""
    raw = np.frombuffer(hashlib.sha256(content).digest()[:16], dtype=np.uint32)
    unit: FloatArray = unit_rows(raw.astype(np.float32)[None])[0]
    return unit


class Words:
    """A text tower that remembers what it was asked."""

    spec, fingerprint, dimension = "words", "w0", 4

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        self.batches.append(list(texts))
        return np.stack([vector(text.encode()) for text in texts])


class Colors:
    """An image tower that sees the color of the first pixel, and counts."""

    spec, fingerprint, dimension = "colors", "c0", 4

    def __init__(self) -> None:
        self.batches: list[int] = []

    def preprocess(self, image: Image.Image) -> FloatArray:
        return np.asarray(image, np.float32)[:1, :1].transpose(2, 0, 1)

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        self.batches.append(len(pixels))
        return np.stack([vector(p.astype(np.uint8).tobytes()) for p in pixels])


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[str], Path]:
    """From "r-g-b" to the file of a photo of that color, which is made when first asked for."""

    def read(key: str) -> Path:
        path = tmp_path / f"{key}.png"
        if not path.exists():
            r, g, b = map(int, key.split("-"))
            buffer = io.BytesIO()
            Image.new("RGB", (2, 2), (r, g, b)).save(buffer, "PNG")
            path.write_bytes(buffer.getvalue())
        return path

    return read


def color(key: str) -> FloatArray:
    return vector(bytes(map(int, key.split("-"))))


def test_texts_are_encoded_once_each_in_their_order(tmp_path: Path) -> None:
    tower = Words()
    texts = ["lamp", "", "a chair", "lamp", "  \n", "oak"]
    vectors = embed_texts(tower, texts, tmp_path)
    zero = np.zeros(4)
    lamp, chair, oak = vector(b"lamp"), vector(b"a chair"), vector(b"oak")
    np.testing.assert_array_equal(vectors, [lamp, zero, chair, lamp, zero, oak])
    assert sorted(text for batch in tower.batches for text in batch) == ["a chair", "lamp", "oak"]


def test_a_second_run_encodes_only_what_is_new(tmp_path: Path) -> None:
    tower = Words()
    first = embed_texts(tower, ["lamp", "chair"], tmp_path)
    tower.batches.clear()
    again = embed_texts(tower, ["chair", "lamp"], tmp_path)
    assert tower.batches == []
    np.testing.assert_array_equal(again, first[::-1])
    embed_texts(tower, ["chair", "sofa"], tmp_path)
    assert tower.batches == [["sofa"]]


def test_another_tower_has_vectors_of_its_own(tmp_path: Path) -> None:
    one, two = Words(), Words()
    two.fingerprint = "w1"
    embed_texts(one, ["lamp"], tmp_path)
    embed_texts(two, ["lamp"], tmp_path)
    assert two.batches == [["lamp"]]


def test_batches_hold_texts_of_like_length(tmp_path: Path) -> None:
    tower = Words()
    texts = [f"{i} " + "x" * (i * 37 % 101) for i in range(2 * TEXT_BATCH + 1)]
    vectors = embed_texts(tower, texts, tmp_path)
    assert [len(batch) for batch in tower.batches] == [TEXT_BATCH, TEXT_BATCH, 1]
    lengths = [len(text) for batch in tower.batches for text in batch]
    assert lengths == sorted(lengths)
    np.testing.assert_array_equal(vectors, [vector(text.encode()) for text in texts])


def test_an_empty_catalog(tmp_path: Path, photos: Callable[[str], Path]) -> None:
    assert embed_texts(Words(), [], tmp_path).shape == (0, 4)
    assert embed_photos(Colors(), [], photos, tmp_path).shape == (0, 4)
    assert embed_photos(Colors(), [None], photos, tmp_path).tolist() == [[0, 0, 0, 0]]


def test_photos_keep_their_order_over_many_batches(
    tmp_path: Path, photos: Callable[[str], Path]
) -> None:
    tower = Colors()
    keys = [f"{i % 251}-{i // 251}-7" for i in range(4 * IMAGE_BATCH + 5)]
    wanted: list[str | None] = [*keys, None, keys[3]]
    vectors = embed_photos(tower, wanted, photos, tmp_path / "cache", workers=3)
    zero = np.zeros(4, np.float32)
    np.testing.assert_array_equal(vectors, [color(k) if k else zero for k in wanted])
    assert tower.batches == [IMAGE_BATCH] * 4 + [5]
    tower.batches.clear()
    embed_photos(tower, ["9-9-9", *keys], photos, tmp_path / "cache")
    assert tower.batches == [1]


def test_photos_that_are_gone_or_damaged_get_a_zero_row_and_are_tried_again(
    tmp_path: Path, photos: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    def read(key: str) -> Path:
        if key == "gone":
            raise CatalogError("photo 'gone' is not in catalog shop")
        return tmp_path / "none" if key == "unlinked" else photos(key)

    (tmp_path / "1-1-1.png").write_bytes(b"damaged")
    keys = ["gone", "2-2-2", "1-1-1", "unlinked"]
    tower = Colors()
    vectors = embed_photos(tower, keys, read, tmp_path / "cache")
    zero = np.zeros(4)
    np.testing.assert_array_equal(vectors, [zero, color("2-2-2"), zero, zero])
    assert "3 photos cannot be read any more; run `mmdemo import` again" in caplog.text
    (tmp_path / "1-1-1.png").unlink()
    np.testing.assert_array_equal(
        embed_photos(tower, keys, read, tmp_path / "cache")[2], color("1-1-1")
    )
    assert tower.batches == [1, 1]


def test_a_tower_that_fails_keeps_what_was_done(tmp_path: Path) -> None:
    class Failing(Words):
        def encode_texts(self, texts: Sequence[str]) -> FloatArray:
            if len(self.batches) == 2:
                raise MemoryError
            return super().encode_texts(texts)

    texts = [f"text {i:03}" for i in range(3 * TEXT_BATCH)]
    with pytest.raises(MemoryError):
        embed_texts(Failing(), texts, tmp_path)
    tower = Words()
    embed_texts(tower, texts, tmp_path)
    assert [len(batch) for batch in tower.batches] == [TEXT_BATCH]


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    script = """
        import sys, time
        from pathlib import Path
        import numpy as np
        from mmdemo.towers import embed_texts

        class Slow:
            spec, fingerprint, dimension, done = "slow", "w0", 4, 0
            def encode_texts(self, texts):
                if self.done == 2:
                    time.sleep(60)
                self.done += 1
                return np.full((len(texts), 4), 0.5, np.float32)

        embed_texts(Slow(), [f"text {i:03}" for i in range(200)], Path(sys.argv[1]))
    """
    keys = tmp_path / "w0" / "keys.bin"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    ) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if keys.exists() and keys.stat().st_size == 2 * TEXT_BATCH * 32:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was still at work"
    tower = Words()
    vectors = embed_texts(tower, [f"text {i:03}" for i in range(200)], tmp_path)
    assert sum(map(len, tower.batches)) == 200 - 2 * TEXT_BATCH
    np.testing.assert_array_equal(vectors[:128], np.full((128, 4), 0.5))
    np.testing.assert_array_equal(vectors[199], vector(b"text 199"))
