"""Everyday words against real products: the truth of `everyday_queries.csv` for a shop's catalog.

    python -m benchmarks.everyday --data DIR --out OUT

The queries are put as people talk, not as a catalog does, by somebody who has not seen the
templates of the training queries: they measure what training on plain wording costs. Each row says
which article types, colors and audiences are right (several joined by ``|``; none named: any).
DIR holds `products.csv.gz` with the columns id, article_type, colour, gender and, where it is
known, age_group. OUT gets `queries.everyday.csv` and `qrels.everyday.txt.gz`, for `mmdemo evaluate
--queries … --qrels …`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mmdemo.files import write_bytes
from mmdemo.trec import trec_id

QUERIES = Path(__file__).with_name("everyday_queries.csv")
# The shop's gender of a product for children is often that of grown-ups.
_CHILDREN = {"Kids-Boys": "Boys", "Kids-Girls": "Girls", "Kids-Unisex": "Kids"}


@dataclass(frozen=True)
class Ask:
    """A query and what a right product has: any one value of each set, any at all if it is empty.

    Attributes:
        audiences: Men, Women, Unisex, and for children Boys, Girls, Kids (either).
    """

    query_id: str
    query: str
    article_types: frozenset[str]
    colors: frozenset[str]
    audiences: frozenset[str]

    def grade(self, product: Mapping[str, str]) -> int:
        """Grade a row of the shop: 3 all that is asked, 2 in another color, 1 same type, else 0."""
        if product["article_type"] not in self.article_types:
            return 0
        if self.audiences and audience(product) not in self.audiences:
            return 1
        return 2 if self.colors and product["colour"] not in self.colors else 3


def audience(product: Mapping[str, str]) -> str:
    """For whom a row of the shop is: by its age group if that is of children, else its gender."""
    return _CHILDREN.get(product.get("age_group", ""), product["gender"])


def read_asks(path: Path = QUERIES) -> list[Ask]:
    """Read the queries with what they ask for."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Ask(
                row["query_id"],
                row["query"],
                *(_values(row[name]) for name in ("article_types", "colours", "genders")),
            )
            for row in csv.DictReader(file, strict=True)
        ]


def _values(cell: str) -> frozenset[str]:
    return frozenset(value for value in cell.split("|") if value)


def qrels_lines(asks: Iterable[Ask], products: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Lines of TREC qrels, query by query in the catalog's order; what is graded 0 has none."""
    rows = list(products)
    for ask in asks:
        for product in rows:
            if grade := ask.grade(product):
                yield f"{trec_id(ask.query_id)} 0 {trec_id(product['id'])} {grade}\n"


def make_truth(data: Path, out: Path) -> tuple[Path, Path]:
    """Write queries and qrels for the shop in `data`; return where."""
    with gzip.open(data / "products.csv.gz", "rt", newline="", encoding="utf-8") as file:
        lines = "".join(qrels_lines(read_asks(), csv.DictReader(file)))
    queries, qrels = out / "queries.everyday.csv", out / "qrels.everyday.txt.gz"
    write_bytes(queries, QUERIES.read_bytes())
    write_bytes(qrels, gzip.compress(lines.encode(), mtime=0))
    return queries, qrels


def main() -> None:
    """Write the everyday queries and their truth for a shop's catalog."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    queries, qrels = make_truth(args.data, args.out)
    print(f"{queries}\n{qrels}")


if __name__ == "__main__":
    main()
