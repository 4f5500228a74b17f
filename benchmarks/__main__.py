"""Run all measurements and print them as the table that README shows."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks import embedding, fixture, page, searching, serving
from mmdemo.catalog import Catalog
from mmdemo.index import build_index, load_vectors, read_manifest
from mmdemo.search import SearchEngine
from mmdemo.towers import load_towers


def main() -> None:
    """Measure on a drawn catalog, or on one that is already indexed (`--catalog`)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--catalog", type=Path, help="an indexed catalog to search and serve")
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--photos", type=int, default=1_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = fixture.make_catalog(folder / "catalog", products=args.products, photos=args.photos)
        towers = load_towers(fixture.make_model(folder / "model"))
        results: dict[str, object] = {}
        results["embedding"] = embedding.measure(drawn, towers, folder / "cache")
        catalog = drawn
        if args.catalog:
            catalog = Catalog.open(args.catalog)
        else:
            build_index(drawn, towers, text_fields=("title",))
        engine = SearchEngine.open(catalog.directory)
        vectors = load_vectors(catalog, read_manifest(catalog))
        results["search"] = searching.measure(engine, engine.towers, vectors)
        results["server"] = serving.measure(catalog.directory, folder / "labels.sqlite3")
        results["page"] = page.run(folder / "page", products=args.products)
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
