"""List every file of ``assets/`` with its size and hash. Knows no format.

python -m studio.manifest           write assets/manifest.json
python -m studio.manifest --check   tell what differs from it
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from mmdemo.files import write_json

ASSETS = Path(__file__).resolve().parent.parent / "assets"
NAME = "manifest.json"
UNLISTED = ("model",)
"""Folders with a manifest of their own."""


def listing(assets: Path = ASSETS) -> dict[str, dict[str, object]]:
    """Path from `assets` → bytes and sha256, for every file but the manifest itself."""
    return {
        name.as_posix(): {
            "bytes": (assets / name).stat().st_size,
            "sha256": hashlib.sha256((assets / name).read_bytes()).hexdigest(),
        }
        for name in sorted(path.relative_to(assets) for path in assets.rglob("*"))
        if (assets / name).is_file() and name.as_posix() != NAME and name.parts[0] not in UNLISTED
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


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        lines = differences()
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.exit(bool(lines))
    write_manifest()
