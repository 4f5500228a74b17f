"""Lay the rendered photos of each kind side by side, to be looked at. Knows no renderer.

    python -m studio.sheet FOLDER

FOLDER/KIND.png, the shop's photos of a kind in the order of their ids, second views last.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

from studio.kinds import KINDS
from studio.render import photos

SIDE = 200
COLUMNS = 7


def write_sheets(folder: Path) -> int:
    """Write a sheet of every kind that has a photo; gives the number of photos shown."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = 0
    for kind in KINDS:
        taken = [photo.path for photo in photos(kinds=(kind,), pack=False) if photo.path.exists()]
        if not taken:
            continue
        rows = -(-len(taken) // COLUMNS)
        sheet = Image.new("RGB", (COLUMNS * SIDE, rows * SIDE), "white")
        for place, path in enumerate(taken):
            with Image.open(path) as image:
                small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            sheet.paste(small, (place % COLUMNS * SIDE, place // COLUMNS * SIDE))
        sheet.save(folder / f"{kind.replace(' ', '-')}.png")
        shown += len(taken)
    return shown


def main() -> None:
    """Lay the rendered photos of each kind side by side."""
    parser = argparse.ArgumentParser(prog="python -m studio.sheet", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="where to write a sheet for each kind")
    sys.stdout.write(f"{write_sheets(parser.parse_args().folder)} photos\n")


if __name__ == "__main__":
    main()
