"""Tell what an import took and what it could not take. Knows no file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EXAMPLES = 5


@dataclass(slots=True)
class ImportReport:
    """Counts of an import, and every problem with the rows it was found in.

    Attributes:
        columns: product field → column it was read from.
        problems: reason → row numbers (the header is row 1).
        details: reason → up to five examples in words.
        notes: what was odd about the source as a whole.
    """

    rows: int = 0
    products: int = 0
    with_photo: int = 0
    with_title: int = 0
    with_description: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    problems: dict[str, list[int]] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, reason: str, row: int, detail: str = "") -> None:
        """Record a problem of one row."""
        self.problems.setdefault(reason, []).append(row)
        examples = self.details.setdefault(reason, [])
        if detail and len(examples) < EXAMPLES:
            examples.append(detail.encode(errors="replace").decode())  # file names can be any bytes

    def to_json(self) -> dict[str, object]:
        """Everything, for `import_report.json`."""
        return {
            "rows": self.rows,
            "products": self.products,
            "with_photo": self.with_photo,
            "with_title": self.with_title,
            "with_description": self.with_description,
            "columns": dict(self.columns),
            "attributes": list(self.attributes),
            "notes": self.notes,
            "problems": {
                reason: {"count": len(rows), "rows": rows, "examples": self.details[reason]}
                for reason, rows in sorted(self.problems.items())
            },
        }

    def to_text(self) -> str:
        """A short account for the terminal."""
        lines = [
            f"{self.products} products from {self.rows} rows: {self.with_photo} with photo, "
            f"{self.with_title} with title, {self.with_description} with description",
            "columns: " + ", ".join(f"{f} ← {c}" for f, c in self.columns.items()),
        ]
        if self.attributes:
            lines.append("kept as attributes: " + ", ".join(self.attributes))
        lines += self.notes
        for reason, rows in sorted(self.problems.items(), key=lambda item: -len(item[1])):
            shown = ", ".join(str(row) for row in rows[:EXAMPLES])
            more = ", …" if len(rows) > EXAMPLES else ""
            lines.append(f"  {len(rows):>6} × {reason} (rows {shown}{more})")
            lines += [f"           {example}" for example in self.details[reason][:2]]
        return "\n".join(lines)
