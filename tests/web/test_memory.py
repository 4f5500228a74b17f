"""Whether a process gives back what it has freed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from mmdemo.web.memory import give_back_freed

# 64 threads free a block of 1 MB each while what came after it is kept: as one that reads photos.
FREED = """
import re, sys, threading
from mmdemo.web.memory import give_back_freed
if sys.argv[1] == "yes":
    assert give_back_freed()
bytearray(30_000_000)  # freed at once: from now on such blocks are kept
kept = []
def work():
    blocks = [bytearray(b"x" * 1_000_000) for _ in range(4)]
    kept.append(bytearray(b"y" * 100_000))
    blocks.clear()
threads = [threading.Thread(target=work) for _ in range(64)]
for thread in threads: thread.start()
for thread in threads: thread.join()
status = open("/proc/self/status").read()
print(int(re.search(r"VmRSS:\\s+(\\d+)", status)[1]))
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
