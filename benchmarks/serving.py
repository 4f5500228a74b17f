"""How soon a server answers, how long searches take, and how much memory it needs.

python -m benchmarks.serving                      the demo: its very first start, and later ones
python -m benchmarks.serving --python VENV/bin/python    the same of an installed wheel
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import httpx
from gradio_client import Client

_PATIENCE = 300  # seconds until a start counts as failed
_Start = tuple[float, float, float, float, float]
# Processor time tells what a start costs also where other work keeps the cores busy.
_NAMES = (
    "page_seconds",
    "first_search_seconds",
    "processor_seconds",
    "search_milliseconds",
    "memory_mib",
)
_SEARCHES = 100
COLORS = ("red", "sky blue", "pale green", "black", "light gray", "brown", "mustard")
KINDS = ("mug", "vase", "armchair for reading", "rug", "table lamp", "box for letters", "sofa",
         "bowl", "coat rack", "wall clock", "bench", "bedside table", "teapot")  # fmt: skip
_CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure how the demo starts, in an empty data folder and again."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=main.__doc__)
    parser.add_argument("--python", type=Path, help="of another environment that has mmdemo")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    print(json.dumps(measure_demo(args.python, rounds=args.rounds), indent=2))


def measure_demo(python: Path | None = None, *, rounds: int = 3) -> dict[str, dict[str, float]]:
    """First starts, each in a data folder of its own, and starts after that."""
    first: list[_Start] = []
    later: list[_Start] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            for starts in (first, later):
                starts.append(_start(["demo"], python=python, data=Path(name)))
    return {"first_start": _medians(first), "later_start": _medians(later)}


def measure(catalog: Path, labels: Path, *, rounds: int = 3) -> dict[str, float]:
    """Medians of seconds from process start to page and to first search, and of what they took."""
    arguments = ["serve", "--catalog", str(catalog), "--labels", str(labels)]
    return _medians([_start(arguments) for _ in range(rounds)])


def _medians(starts: Sequence[_Start]) -> dict[str, float]:
    columns = zip(_NAMES, zip(*starts, strict=True), strict=True)
    return {name: median(values) for name, values in columns}


def _start(
    arguments: Sequence[str], *, python: Path | None = None, data: Path | None = None
) -> _Start:
    environ = os.environ | ({"MMDEMO_DATA": str(data)} if data else {})
    # `python -m` looks for mmdemo in the working folder first: the checkout's, or nothing.
    folder = _CHECKOUT if python is None else python.absolute().parent
    executable = sys.executable if python is None else str(python.absolute())
    started = time.perf_counter()
    with subprocess.Popen(
        [executable, "-m", "mmdemo", *arguments, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
        cwd=folder,
    ) as server:
        try:
            assert server.stderr is not None
            address = ""
            for line in server.stderr:
                if match := re.search(r"http://\S+", line):
                    address = match[0]
                    break
            while True:
                try:
                    urllib.request.urlopen(address, timeout=_PATIENCE).read()
                    break
                except OSError:
                    if time.perf_counter() - started > _PATIENCE:
                        raise
                    time.sleep(0.05)
            page = time.perf_counter() - started
            while True:
                with urllib.request.urlopen(f"{address}/healthz", timeout=_PATIENCE) as answer:
                    if json.load(answer)["status"] != "loading":
                        break
                time.sleep(0.05)
            client = Client(address, verbose=False)
            client.predict("red mug", None, "text,image,fused", None, 20, api_name="/search")
            search = time.perf_counter() - started
            ticks = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            processor = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")  # user and system
            search_time = _searches(address)
            status = Path(f"/proc/{server.pid}/status").read_text()
            memory = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
        finally:
            server.terminate()
    return page, search, processor, search_time, memory


def _searches(address: str) -> float:
    """Median milliseconds of a search in words over HTTP, three lists, each query another one."""
    milliseconds = []
    with httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        for number in range(_SEARCHES):
            started = time.perf_counter()
            body = {"text": f"{COLORS[number % len(COLORS)]} {KINDS[number % len(KINDS)]}"}
            client.post("/api/search", json=body).raise_for_status()
            milliseconds.append(1000 * (time.perf_counter() - started))
    return median(milliseconds)


if __name__ == "__main__":
    main()
