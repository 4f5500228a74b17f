"""A product's photos: found, fetched, checked, kept in the sizes a page needs. Knows no column."""

from mmdemo.catalog.notes import Note
from mmdemo.catalog.photos.decode import decode, photo_format
from mmdemo.catalog.photos.ledger import read_photo_facts
from mmdemo.catalog.photos.records import Attached, Fault, PhotoError, PhotoFacts
from mmdemo.catalog.photos.shelf import find_large, find_photo, find_thumbnail
from mmdemo.catalog.photos.store import PhotoStore, keep_photo

__all__ = [
    "Attached",
    "Fault",
    "Note",
    "PhotoError",
    "PhotoFacts",
    "PhotoStore",
    "decode",
    "find_large",
    "find_photo",
    "find_thumbnail",
    "keep_photo",
    "photo_format",
    "read_photo_facts",
]
