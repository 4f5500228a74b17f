import csv
import io
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

MakePhoto = Callable[..., bytes]
WriteCsv = Callable[..., Path]
PeakMemory = Callable[..., int]


@pytest.fixture
def make_photo() -> MakePhoto:
    """`make_photo("red", (8, 4), kind="PNG")` encodes a photo of one color."""

    def make(
        color: object = "red",
        size: tuple[int, int] = (8, 8),
        *,
        mode: str = "RGB",
        kind: str = "JPEG",
        **options: object,
    ) -> bytes:
        buffer = io.BytesIO()
        Image.new(mode, size, color).save(buffer, kind, **options)  # type: ignore[arg-type]
        return buffer.getvalue()

    return make


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """`write_csv(["id", "title"], ["p1", "Lamp"])` writes a file of these rows."""

    def write(*rows: Sequence[str], name: str = "products.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture
def peak_memory() -> PeakMemory:
    """`peak_memory(script, *arguments)`: highest memory of a process of its own, in MiB.

    The kernel's own count since the process began its program: `ru_maxrss` goes on from the
    memory of the process that started it.
    """
    if not Path("/proc/self/status").is_file():
        pytest.skip("this system does not tell a process's highest memory")
    tell = """
import re
from pathlib import Path
print("peak", re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""

    def measure(script: str, *arguments: object) -> int:
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script) + tell, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
            timeout=200,
        )
        return int(ran.stdout.split()[-1]) // 1024

    return measure
