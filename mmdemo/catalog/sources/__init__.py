"""Rows of a shop's export, one file for each format. Knows no product."""

from mmdemo.catalog.sources.base import Row, Source
from mmdemo.catalog.sources.open import open_source, source_name

__all__ = ["Row", "Source", "open_source", "source_name"]
