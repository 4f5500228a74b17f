"""Read the queries that a catalog offers to begin with, each with its story. Knows no engine.

`examples.csv` in the catalog's folder: the columns `query`, `photo` (a path from that folder) and
`story` in any order; photo and story may be left out. It is read again each time, so that whoever
writes stories sees them by reloading the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.catalog.notes import Reason
from mmdemo.catalog.sources.base import Row
from mmdemo.catalog.sources.delimited import DelimitedSource
from mmdemo.errors import MmdemoError, QueryError
from mmdemo.web.api.bodies import MAX_CHARACTERS
from mmdemo.web.photos import QueryPhotos

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.records import Product

FILE_NAME = "examples.csv"
MOST = 12
LONGEST_STORY = 240  # characters: it is one line
_LONGEST_MADE_UP = 32
_MADE_UP = 8
_PATH = re.compile(r"\s*[>/|]\s*")  # Furniture > Seating > Armchairs
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]")
_NUMBER = r"\d+(?:[.,]\d+)?"
_SIZE = re.compile(
    rf"\b{_NUMBER}(?:\s*[x×]\s*{_NUMBER})*\s*(?:mm|cm|m|in|inch|ft|ml|cl|l|g|kg|oz|lb)\b",
    re.IGNORECASE,
)
_COLUMNS = ("query", "photo", "story")


@dataclass(frozen=True, slots=True)
class Example:
    """A query to begin with.

    Attributes:
        photo: key of a kept query photo, or empty.
        story: what there is to see in its lists, in one line, or empty.
    """

    text: str
    photo: str = ""
    story: str = ""


def examples_of(catalog: Catalog, photos: QueryPhotos) -> tuple[list[Example], list[str]]:
    """The examples of a catalog's file, or made from its products; and what was left out, and why.

    Args:
        catalog: whose folder may hold the file.
        photos: where photos of examples are kept, so that they can be searched with.
    """
    examples, notes = _read(catalog.directory / FILE_NAME, photos)
    return examples or _made_up(catalog.products), notes


def _read(path: Path, photos: QueryPhotos) -> tuple[list[Example], list[str]]:
    if not path.is_file():
        return [], []
    examples: dict[tuple[str, str], Example] = {}
    notes: list[str] = []
    try:
        source = DelimitedSource(path)
        places = {name.casefold(): name for name in source.columns}
        if not {"query", "photo"} & places.keys():
            got = ", ".join(source.columns)
            return [], [f"{FILE_NAME} has no column called query: got {got}"]
        for row in source:
            try:
                example = _example(row, places, path.parent, photos)
                if (example.text, example.photo) in examples:
                    raise QueryError("the query stands in a row above")
                if len(examples) == MOST:
                    raise QueryError(f"there are {MOST} examples above it, which is the most")
                examples[example.text, example.photo] = example
            except QueryError as error:
                notes.append(f"{FILE_NAME}, row {row.number} is left out: {error}")
    except (MmdemoError, OSError) as error:
        notes.append(f"{FILE_NAME} cannot be read: {error}")
    return list(examples.values()), notes


def _example(row: Row, places: dict[str, str], folder: Path, photos: QueryPhotos) -> Example:
    """One row.

    Raises:
        QueryError: it cannot be searched, or not told.
    """
    if any(note.reason is Reason.MORE_CELLS for note in row.notes):
        raise QueryError(
            "it has more cells than there are columns", remedy="quote a text that has a comma in it"
        )
    text, photo, story = (
        " ".join(str(row.values.get(places.get(name, ""), "")).replace("\0", " ").split())
        for name in _COLUMNS
    )
    if not text and not photo:
        raise QueryError("it has neither words nor a photo")
    for what, value, most in (("query", text, MAX_CHARACTERS), ("story", story, LONGEST_STORY)):
        if len(value) > most:
            got = f"{len(value)} characters"
            raise QueryError(f"the {what} is too long", got=got, expected=f"at most {most}")
    return Example(text, _keep(folder, photo, photos) if photo else "", story)


def _keep(folder: Path, name: str, photos: QueryPhotos) -> str:
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise QueryError("the photo is outside the catalog's folder", got=name)
        return photos.keep(path.read_bytes())
    except OSError as error:
        raise QueryError(f"the photo {name} cannot be read: {error.strerror}") from error


def _made_up(products: Sequence[Product]) -> list[Example]:
    """A few categories, then titles taken evenly from the whole catalog."""
    categories = Counter(_PATH.split(p.category.strip(" >/|"))[-1].lower() for p in products)
    named = [name for name, _ in categories.most_common() if 0 < len(name) <= _LONGEST_MADE_UP]
    titles = [title for p in products if 0 < len(title := _asked(p.title)) <= _LONGEST_MADE_UP]
    step = max(1, len(titles) // _MADE_UP)
    texts = dict.fromkeys([*named[: _MADE_UP // 3], *titles[step // 2 :: step]])
    return [Example(text) for text in texts][:_MADE_UP]


def _asked(title: str) -> str:
    """A title as a shopper would ask for it: without sizes and what stands in brackets."""
    words = _SIZE.sub(" ", _ASIDE.sub(" ", title)).lower().split()
    return " ".join(words).strip(" ,;:|/-–") if any(map(str.isalpha, title)) else ""
