"""Tell what an import took and what it could not take. Knows no file format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from mmdemo.errors import CatalogError

REPORT_NAME = "import_report.json"
EXAMPLES = 5
ROWS = 100  # row numbers that are kept of one problem; its count is exact
IDS = 20  # products that are named of those added, changed or removed
_LONGEST_EXAMPLE = 300


@dataclass(slots=True)
class Problem:
    """One kind of thing that was wrong or odd.

    Attributes:
        count: how often.
        rows: the first `ROWS` rows it was found in, numbered as `Row.number` says.
        examples: the first `EXAMPLES` in words.
        left_out: whether these rows gave no product.
    """

    count: int = 0
    rows: list[int] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """How a catalog differs from the one it replaced.

    Attributes:
        added, changed, removed, unchanged: products; all are added where there was no catalog.
        examples: "added", "changed" and "removed" → the first `IDS` product ids.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class ImportReport:
    """What an import read, made, and met with.

    Every row is accounted for: `rows` is `products` + `merged` + `left_out`.

    Attributes:
        source: name of the file or dataset.
        kind: its format in words.
        dialect: whose export it looks like, or empty.
        rows: rows with anything in them.
        products: how many the catalog has now.
        merged: rows that were further photos or variants of the product above them.
        left_out: rows that gave no product; `problems` tells why.
        photos: different photos that products have.
        different_titles: among the titles of products.
        filled: product field → products that have it.
        columns: product field → columns it was read from.
        attributes: columns kept as attributes.
        ignored: column → why nothing was taken from it.
        problems: reason → what is known of it.
        changes: against the catalog that was there before.
        notes: what was odd about the source as a whole.
    """

    source: str = ""
    kind: str = ""
    dialect: str = ""
    rows: int = 0
    products: int = 0
    merged: int = 0
    left_out: int = 0
    photos: int = 0
    different_titles: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    notes: list[str] = field(default_factory=list)

    @property
    def with_photo(self) -> int:
        """Products that have a photo."""
        return self.filled.get("image", 0)

    @property
    def with_title(self) -> int:
        """Products that have a title."""
        return self.filled.get("title", 0)

    @property
    def with_description(self) -> int:
        """Products that have a description."""
        return self.filled.get("description", 0)

    def add(self, reason: str, row: int, detail: str = "", *, left_out: bool = False) -> None:
        """Record a problem of one row."""
        problem = self.problems.setdefault(str(reason), Problem(left_out=left_out))
        problem.count += 1
        if len(problem.rows) < ROWS and row not in problem.rows[-1:]:
            problem.rows.append(row)
        if detail and len(problem.examples) < EXAMPLES:
            # File names can be any bytes, and a detail as long as a cell.
            shown = detail.encode(errors="replace").decode()
            problem.examples.append(
                shown if len(shown) <= _LONGEST_EXAMPLE else shown[:_LONGEST_EXAMPLE] + "…"
            )

    def to_json(self) -> dict[str, object]:
        """Everything, for `import_report.json`; the same import gives the same."""
        values = asdict(self)
        values["problems"] = dict(sorted(values["problems"].items()))
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ImportReport:
        """The report that `to_json` gave; what an older version did not know is left at nothing.

        Raises:
            CatalogError: it is no report.
        """
        try:
            known = {f.name for f in fields(cls)}
            given = {name: value for name, value in values.items() if name in known}
            problems = {
                reason: Problem(**{k: v for k, v in problem.items() if k in _PROBLEM})
                for reason, problem in given.get("problems", {}).items()
            }
            columns = {
                name: (found,) if isinstance(found, str) else tuple(found)
                for name, found in given.get("columns", {}).items()
            }
            changes = dict(given.get("changes", {}))
            examples = {k: tuple(v) for k, v in changes.pop("examples", {}).items()}
            given |= {
                "problems": problems,
                "columns": columns,
                "attributes": tuple(given.get("attributes", ())),
                "changes": Changes(**changes, examples=examples),
            }
            return cls(**given)
        except (TypeError, ValueError, AttributeError) as error:
            raise CatalogError(f"this is no import report: {error}") from error

    def to_text(self) -> str:
        """A short account for the terminal."""
        filled = [f"{self.with_photo} with photo", f"{self.with_title} with title"]
        if self.different_titles < self.with_title:
            filled[-1] += f" ({self.different_titles} different)"
        filled.append(f"{self.with_description} with description")
        lines = [f"{self.products} products from {self.rows} rows: {', '.join(filled)}"]
        parts = []
        if self.merged:
            parts.append(f"{self.merged} rows joined to the product above them")
        if self.left_out:
            parts.append(f"{self.left_out} rows left out")
        if parts:
            lines.append(", ".join(parts))
        c = self.changes
        if c.changed or c.removed or c.unchanged:
            lines.append(
                f"{c.added} added, {c.changed} changed, {c.removed} removed, "
                f"{c.unchanged} unchanged"
            )
        read = f"read as {self.kind}" + (f", an export of {self.dialect}" if self.dialect else "")
        lines.append(read)
        lines.append(
            "columns: " + "; ".join(f"{f} ← {', '.join(c)}" for f, c in self.columns.items())
        )
        if self.attributes:
            lines.append("kept as attributes: " + ", ".join(self.attributes))
        if self.ignored:
            lines.append("ignored: " + ", ".join(f"{c} ({w})" for c, w in self.ignored.items()))
        lines += self.notes
        ordered = sorted(self.problems.items(), key=lambda item: (-item[1].count, item[0]))
        for heading, left_out in (("left out:", True), ("taken, but:", False)):
            told = [item for item in ordered if item[1].left_out == left_out]
            if told:
                lines.append(heading)
            for reason, problem in told:
                shown = ", ".join(str(row) for row in problem.rows[:EXAMPLES])
                more = ", …" if problem.count > EXAMPLES else ""
                lines.append(f"  {problem.count:>6} × {reason} (rows {shown}{more})")
                lines += [f"           {example}" for example in problem.examples[:2]]
        return "\n".join(lines)


_PROBLEM = frozenset(f.name for f in fields(Problem))


def read_report(directory: Path) -> ImportReport:
    """The report of the import that made a catalog folder what it is.

    Raises:
        CatalogError: there is none, or it cannot be read.
    """
    path = directory / REPORT_NAME
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise CatalogError(
            f"{directory} has no import report", remedy="make one with `mmdemo import`"
        ) from None
    except (OSError, ValueError) as error:
        raise CatalogError(f"{path} cannot be read: {error}") from error
    return ImportReport.from_json(values if isinstance(values, dict) else {})
