"""Take judgments out with all that is needed to understand them, and in again. Knows no page."""

from mmdemo.labels.exchange.bundle import Bundle, bundle
from mmdemo.labels.exchange.plan import GuidelinesVersion, Plan, PlannedPair, PlannedQuery
from mmdemo.labels.exchange.writing import differences, read_manifest, write_folder, write_zip

__all__ = [
    "Bundle",
    "GuidelinesVersion",
    "Plan",
    "PlannedPair",
    "PlannedQuery",
    "bundle",
    "differences",
    "read_manifest",
    "write_folder",
    "write_zip",
]
