"""How soon a server answers, how soon its first search is back, and how much memory it takes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from gradio_client import Client

_PATIENCE = 120  # seconds until a start counts as failed


def measure(catalog: Path, labels: Path, *, rounds: int = 3) -> dict[str, float]:
    """Medians of seconds from process start to page and to first search, and of peak memory."""
    pages, searches, memories = [], [], []
    for _ in range(rounds):
        page, search, memory = _start(catalog, labels)
        pages.append(page)
        searches.append(search)
        memories.append(memory)
    return {
        "page_seconds": median(pages),
        "first_search_seconds": median(searches),
        "memory_mib": median(memories),
    }


def _start(catalog: Path, labels: Path) -> tuple[float, float, float]:
    started = time.perf_counter()
    command = [sys.executable, "-m", "mmdemo", "serve", "--catalog", str(catalog), "--port", "0"]
    with subprocess.Popen(
        [*command, "--labels", str(labels)], stderr=subprocess.PIPE, text=True
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
                    urllib.request.urlopen(address, timeout=5).read()
                    break
                except OSError:
                    if time.perf_counter() - started > _PATIENCE:
                        raise
                    time.sleep(0.05)
            page = time.perf_counter() - started
            while True:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                    if json.load(answer)["status"] != "loading":
                        break
                time.sleep(0.05)
            client = Client(address, verbose=False)
            client.predict("red mug", None, "text,image,fused", None, 20, api_name="/search")
            search = time.perf_counter() - started
            status = Path(f"/proc/{server.pid}/status").read_text()
            memory = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
        finally:
            server.terminate()
    return page, search, memory
