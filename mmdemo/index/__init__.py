"""Vectors and words to neighbors: the index of a catalog. Knows no query and no ranker."""

from mmdemo.index.base import BoolArray, IntArray, VectorIndex, make_index
from mmdemo.index.build import (
    build_index,
    check_text_fields,
    load_lexical,
    load_vectors,
    write_index,
)
from mmdemo.index.fused import FusedVectors, Fusions, fusions_of, load_fused
from mmdemo.index.lexical import LexicalIndex
from mmdemo.index.manifest import (
    MANIFEST_NAME,
    Manifest,
    check_towers,
    index_folder,
    read_manifest,
)
from mmdemo.index.product_vectors import DoubleArray, Moments, ProductVectors
from mmdemo.index.words import marked, words_in

__all__ = [
    "MANIFEST_NAME",
    "BoolArray",
    "DoubleArray",
    "FusedVectors",
    "Fusions",
    "IntArray",
    "LexicalIndex",
    "Manifest",
    "Moments",
    "ProductVectors",
    "VectorIndex",
    "build_index",
    "check_text_fields",
    "check_towers",
    "fusions_of",
    "index_folder",
    "load_fused",
    "load_lexical",
    "load_vectors",
    "make_index",
    "marked",
    "read_manifest",
    "words_in",
    "write_index",
]
