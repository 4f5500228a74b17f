"""How fast a large and dirty export becomes a catalog, and what bringing it again costs.

    python -m benchmarks.import_catalog --work DIR

Makes a CSV file of 100,000 rows and 20,000 photos of 480 x 640 pixels in DIR (what is made already
is not made again), then runs `mmdemo` as a user would, each time in a process of its own:

1. import, with its rows and photos a second and its highest memory;
2. the same into another folder, killed with SIGKILL when half of the photos are in, and again:
   both folders have to be the same, byte for byte;
3. index, then 1 % of products and photos changed, import and index again: what share of the first
   time that takes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fixture import WORDS, make_model, make_photos

HEADER = ["id", "title", "description", "brand", "category", "price", "color", "size", "image"]
# What has to be the same however an import came about: not locks, history and ledger.
COMPARED = (
    "catalog.json",
    "products-*.jsonl",
    "import_report.json",
    "images",
    "thumbnails",
    "large",
)


@dataclass(frozen=True)
class Ran:
    """A finished process: seconds, and its highest memory in bytes."""

    seconds: float
    memory: int


def main() -> None:
    """Measure; prints JSON."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--no-index", action="store_true", help="leave out the third part")
    args = parser.parse_args()
    work = args.work
    photos, shop, again = work / "photos", work / "shop", work / "killed"
    if len(list(photos.glob("*.jpg"))) < args.photos:
        make_photos(photos, args.photos)
    source = write_export(work / "products.csv", args.rows, args.photos)
    for folder in (shop, again):
        shutil.rmtree(folder, ignore_errors=True)

    first = run("import", source, "--images", photos, "--catalog", shop)
    results: dict[str, object] = {
        "rows": args.rows,
        "photos": args.photos,
        "import_seconds": round(first.seconds, 1),
        "rows_per_second": round(args.rows / first.seconds),
        "photos_per_second": round(args.photos / first.seconds),
        "import_peak_mb": first.memory // 1_000_000,
    }
    kept = kill_halfway(source, photos, again, args.photos // 2)
    resumed = run("import", source, "--images", photos, "--catalog", again)
    results |= {
        "killed_at_photos": kept,
        "resumed_seconds": round(resumed.seconds, 1),
        "same_bytes": digests(shop) == digests(again),
        "files_compared": len(digests(shop)),
    }
    unchanged = run("import", source, "--images", photos, "--catalog", again)
    results["unchanged_import_seconds"] = round(unchanged.seconds, 1)
    shutil.rmtree(again)
    if not args.no_index:
        results |= measure_again(work, source, photos, shop, first, args)
    print(json.dumps(results, indent=2))


def measure_again(
    work: Path, source: Path, photos: Path, shop: Path, first: Ran, args: argparse.Namespace
) -> dict[str, object]:
    """Index, change 1 %, import and index again."""
    model = make_model(work / "model")
    index = run("index", "--catalog", shop, "--model", model)
    changed = write_export(work / "changed.csv", args.rows, args.photos, changed=0.01)
    make_photos(photos, args.photos // 100, seed=1)  # in the place of the first ones
    second = run("import", changed, "--images", photos, "--catalog", shop)
    report = json.loads((shop / "import_report.json").read_bytes())["changes"]
    again = run("index", "--catalog", shop, "--model", model)
    shutil.rmtree(photos)  # they are not what another run expects
    total, repeated = first.seconds + index.seconds, second.seconds + again.seconds
    return {
        "index_seconds": round(index.seconds, 1),
        "index_peak_mb": index.memory // 1_000_000,
        "changed_import_seconds": round(second.seconds, 1),
        "changed_index_seconds": round(again.seconds, 1),
        "changed": {name: report[name] for name in ("added", "changed", "removed", "unchanged")},
        "share_of_first": round(repeated / total, 4),
    }


def write_export(path: Path, rows: int, photos: int, *, changed: float = 0.0) -> Path:
    """A shop's export: the first `photos` rows name one, and one row in fifty is dirty."""
    draw, change = random.Random(0), random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for i in range(rows):
            title = f"{' '.join(draw.choices(WORDS, k=draw.randint(4, 9)))} {i}"
            text = " ".join(draw.choices(WORDS, k=draw.randint(40, 120)))
            if change.random() < changed:
                title = f"new {title}"
            row = [f"{i:06d}", title, text, "Oak & Co", "Home > Kitchen", f"${i % 90}.50"]
            row += [draw.choice(WORDS), "M", f"{i}.jpg" if i < photos else ""]
            if i % 50 == 0:
                make_dirty(row, i)
            writer.writerow(row)
    return path


def make_dirty(row: list[str], i: int) -> None:
    """One of the things that are wrong in every export."""
    match i // 50 % 6:
        case 0:
            row[2] = f"<p>{row[2]}</p><ul><li>oak &amp; steel</li></ul>"
        case 1:
            row[5] = "on request"
        case 2:
            row[1] = ""
        case 3:
            row.append("too much")
        case 4:
            row[2] = "N/A"
        case 5:
            row[1] = row[1].replace(" ", "\n", 1)


def run(*arguments: object) -> Ran:
    """One `mmdemo` command in a process of its own."""
    started = time.perf_counter()
    process = start(*arguments)
    memory = 0
    while process.poll() is None:
        memory = max(memory, highest_memory(process.pid))
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"mmdemo {arguments[0]} failed")
    return Ran(time.perf_counter() - started, memory)


def highest_memory(process_id: int) -> int:
    """What the kernel counts since the process began its program; 0 where it does not tell.

    `ru_maxrss` will not do: it goes on from the memory of the process that started it.
    """
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def start(*arguments: object) -> subprocess.Popen[bytes]:
    """Begin one `mmdemo` command; what it says is not kept."""
    print("$ mmdemo", *arguments, file=sys.stderr)
    return subprocess.Popen(
        [sys.executable, "-m", "mmdemo", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_halfway(source: Path, photos: Path, folder: Path, enough: int) -> int:
    """Kill an import when it has kept enough photos; returns how many it had."""
    process = start("import", source, "--images", photos, "--catalog", folder)
    while process.poll() is None and len(list(folder.glob("images/*/*"))) < enough:
        time.sleep(1)
    if process.poll() is not None:
        sys.exit("the import was done before it could be killed")
    process.send_signal(signal.SIGKILL)
    process.wait()
    return len(list(folder.glob("images/*/*")))


def digests(folder: Path) -> dict[str, str]:
    """Every file that counts, by its hash."""
    found = [path for name in COMPARED for path in folder.glob(name)]
    files = [f for path in found for f in (path.rglob("*") if path.is_dir() else [path])]
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.is_file()
    }


if __name__ == "__main__":
    main()
