"""Vectors and words to neighbors: the index of a catalog. Knows no query and no ranker."""

from mmdemo.index.base import BoolArray, IntArray, VectorIndex, make_index
from mmdemo.index.build import (
    MANIFEST_NAME,
    Manifest,
    build_index,
    check_towers,
    index_folder,
    load_lexical,
    load_vectors,
    read_manifest,
    write_index,
)
from mmdemo.index.lexical import LexicalIndex
from mmdemo.index.product_vectors import DoubleArray, Moments, ProductVectors
from mmdemo.index.words import marked, words_in

__all__ = [
    "MANIFEST_NAME",
    "BoolArray",
    "DoubleArray",
    "IntArray",
    "LexicalIndex",
    "Manifest",
    "Moments",
    "ProductVectors",
    "VectorIndex",
    "build_index",
    "check_towers",
    "index_folder",
    "load_lexical",
    "load_vectors",
    "make_index",
    "marked",
    "read_manifest",
    "words_in",
    "write_index",
]
