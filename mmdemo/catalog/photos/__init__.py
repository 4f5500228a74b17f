"""A product's photos: found, fetched, checked, kept in the sizes a page needs. Knows no column."""

from mmdemo.catalog.photos.records import Attached, Note, PhotoFacts, Reason
from mmdemo.catalog.photos.store import PhotoStore, read_photo_facts

__all__ = [
    "Attached",
    "Note",
    "PhotoFacts",
    "PhotoStore",
    "Reason",
    "read_photo_facts",
]
