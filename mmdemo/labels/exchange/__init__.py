"""Take judgments out with all that is needed to understand them, and in again. Knows no page."""

from mmdemo.labels.exchange.backup import Copied, back_up, digests, restore
from mmdemo.labels.exchange.bundle import Bundle, bundle
from mmdemo.labels.exchange.hashing import TableDigest
from mmdemo.labels.exchange.importing import ImportResult, import_judgments, rejected_rows
from mmdemo.labels.exchange.plan import GuidelinesVersion, Plan, PlannedPair, PlannedQuery
from mmdemo.labels.exchange.planned import read_plan
from mmdemo.labels.exchange.reading import ImportFormat, Rejected, Row, format_of, read_rows
from mmdemo.labels.exchange.writing import differences, read_manifest, write_folder, write_zip

__all__ = [
    "Bundle",
    "Copied",
    "GuidelinesVersion",
    "ImportFormat",
    "ImportResult",
    "Plan",
    "PlannedPair",
    "PlannedQuery",
    "Rejected",
    "Row",
    "TableDigest",
    "back_up",
    "bundle",
    "differences",
    "digests",
    "format_of",
    "import_judgments",
    "read_manifest",
    "read_plan",
    "read_rows",
    "rejected_rows",
    "restore",
    "write_folder",
    "write_zip",
]
