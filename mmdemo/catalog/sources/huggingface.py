"""Read HuggingFace datasets, from a folder or by name. Knows no product.

The only module that imports the library `datasets`, which is an extra.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmdemo.catalog.sources.base import Row
from mmdemo.errors import CatalogError


class HuggingFaceSource:
    """The rows of a dataset, of all its splits or of one.

    Attributes:
        columns: names of the features; of all splits, if they differ.
        notes: what was odd about the dataset as a whole.
        kind: the format in words.
        estimate: rows; 0 if the dataset does not tell.
    """

    def __init__(self, place: Path | str, *, split: str = "") -> None:
        self._splits = _load(place)
        if split and split not in self._splits:
            raise CatalogError(
                f"dataset {place} has no such split", got=split, expected=", ".join(self._splits)
            )
        if split:
            self._splits = {split: self._splits[split]}
        self.kind = "HuggingFace dataset"
        names: dict[str, None] = {}
        for rows in self._splits.values():
            names.update(dict.fromkeys(rows.features or next(iter(rows), {})))
        self.columns = tuple(names)
        self.notes: tuple[str, ...] = ()
        if len(self._splits) > 1:
            self.notes = ("all splits are read, one after the other: " + ", ".join(self._splits),)
        self.estimate = sum(len(r) if hasattr(r, "__len__") else 0 for r in self._splits.values())

    def __iter__(self) -> Iterator[Row]:
        """Yield every row; numbers start at 1 and go on from split to split."""
        number = 0
        for rows in self._splits.values():
            for values in rows:
                number += 1
                yield Row(number, values)


def _load(place: Path | str) -> Mapping[str, Any]:
    """Split → rows, photos as their bytes."""
    try:
        import datasets
    except ImportError:
        raise CatalogError(
            f"{place} is a HuggingFace dataset, which needs the library datasets",
            remedy="pip install 'mmdemo[datasets]'",
        ) from None
    datasets.disable_progress_bars()
    try:
        if isinstance(place, str):
            loaded = datasets.load_dataset(place, streaming=True)
        elif (place / "state.json").is_file() or (place / "dataset_dict.json").is_file():
            loaded = datasets.load_from_disk(str(place))
        else:
            loaded = datasets.load_dataset(str(place), streaming=True)
    except Exception as error:  # the library and those below it raise all kinds
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CatalogError(f"dataset {place} cannot be loaded: {reason}") from error
    splits = loaded if isinstance(loaded, dict) else {str(loaded.split or "all"): loaded}
    return {str(name): _undecoded(rows) for name, rows in splits.items()}


def _undecoded(rows: Any) -> Any:  # noqa: ANN401  # a Dataset or an IterableDataset
    """The same rows with photos left as the bytes that they are."""
    from datasets import Image, List

    for name, feature in (rows.features or {}).items():
        if isinstance(feature, Image):
            rows = rows.cast_column(name, Image(decode=False))
        elif isinstance(getattr(feature, "feature", None), Image):
            rows = rows.cast_column(name, List(Image(decode=False)))
    return rows
