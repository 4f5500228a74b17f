"""Read a text file as numbered lines, gzipped or not. Knows no format of those lines."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from mmdemo.errors import EvaluationError


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line with its end) of a UTF-8 file, gzipped or not.

    Raises:
        EvaluationError: the file cannot be opened, unpacked or decoded.
    """
    number = 0
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if gzipped else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise EvaluationError(
            f"{path}, line {number} is not text", expected="UTF-8", remedy="save the file as UTF-8"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvaluationError(f"cannot read {path}", got=reason) from None
