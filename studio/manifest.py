"""List every file of ``assets/`` with its size and hash. Knows no format.

python -m studio.manifest           write assets/manifest.json
python -m studio.manifest --check   tell what differs from it
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from mmdemo.files import write_json

ASSETS = Path(__file__).resolve().parent.parent / "assets"
NAME = "manifest.json"


def listing(assets: Path = ASSETS) -> dict[str, dict[str, object]]:
    """Path from `assets` → bytes and sha256, for every file but the manifest itself."""
    return {
        name.as_posix(): {
            "bytes": (assets / name).stat().st_size,
            "sha256": hashlib.sha256((assets / name).read_bytes()).hexdigest(),
        }
        for name in sorted(path.relative_to(assets) for path in assets.rglob("*"))
        if (assets / name).is_file() and name.as_posix() != NAME
    }


def write_manifest(assets: Path = ASSETS) -> None:
    """Write the list of what is there now."""
    write_json(assets / NAME, listing(assets))


def differences(assets: Path = ASSETS) -> list[str]:
    """What is missing, changed or not listed, one line each; empty if all is as written."""
    written = json.loads((assets / NAME).read_bytes())
    found = listing(assets)
    return [
        *(f"missing: {name}" for name in written if name not in found),
        *(f"not listed: {name}" for name in found if name not in written),
        *(f"changed: {name}" for name in found if name in written and found[name] != written[name]),
    ]


def main() -> int:
    """List the files of assets anew, or check the list; 1 if something differs from it."""
    parser = argparse.ArgumentParser(prog="python -m studio.manifest", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, tell what differs")
    if not parser.parse_args().check:
        write_manifest()
        return 0
    lines = differences()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
