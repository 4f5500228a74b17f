"""A product's photos: found, fetched, checked, kept in the sizes a page needs. Knows no column."""

from mmdemo.catalog.photos.decode import decode, photo_format
from mmdemo.catalog.photos.ledger import read_photo_facts
from mmdemo.catalog.photos.records import Attached, Note, PhotoError, PhotoFacts, Reason
from mmdemo.catalog.photos.shelf import find_large, find_photo, find_thumbnail
from mmdemo.catalog.photos.store import PhotoStore, keep_photo

__all__ = [
    "Attached",
    "Note",
    "PhotoError",
    "PhotoFacts",
    "PhotoStore",
    "Reason",
    "decode",
    "find_large",
    "find_photo",
    "find_thumbnail",
    "keep_photo",
    "photo_format",
    "read_photo_facts",
]
