"""Whether a process gives back what it has freed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from mmdemo.web.memory import give_back_freed

# 40 blocks of 5 MB are freed while what came after them is kept: as one that reads photos.
FREED = """
import re, sys
from mmdemo.web.memory import give_back_freed
if sys.argv[1] == "yes":
    assert give_back_freed()
for _ in range(3):
    bytearray(30_000_000)  # freed at once: from now on blocks up to its size are kept
blocks = [bytearray(b"x" * 5_000_000) for _ in range(40)]
kept = [bytearray(b"y" * 200_000) for _ in range(20)]
blocks.clear()
print(int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator is glibc's")
def test_less_is_held() -> None:
    held = {
        choice: int(
            subprocess.run(
                [sys.executable, "-c", FREED, choice], capture_output=True, text=True, check=True
            ).stdout
        )
        for choice in ("no", "yes")
    }
    assert held["yes"] < 0.75 * held["no"], held


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.web.memory.ctypes.CDLL", lambda _: object())
    assert not give_back_freed()
