"""Count what an import meets, in the order of the source. Knows no file and no photo."""

from __future__ import annotations

from hashlib import blake2b

from mmdemo.catalog.drafts import Draft
from mmdemo.catalog.notes import Reason
from mmdemo.catalog.photos import Attached
from mmdemo.catalog.report import ImportReport
from mmdemo.records import Product

_MISSING = {"title": Reason.NO_TITLE, "description": Reason.NO_DESCRIPTION}
_PRICE_EXAMPLES = 3


class Account:
    """Counts every row, and what is odd about it, in the order of the source."""

    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._expected = [name for name in _MISSING if name in report.columns]
        self._titles: set[bytes] = set()
        self._prices = 0
        self._examples: list[str] = []

    def add(self, draft: Draft, product: Product, attached: Attached) -> None:
        """Count a product, or the rows that gave none."""
        report = self._report
        report.rows += draft.rows
        if draft.refused is not None:
            report.left_out += draft.rows
            report.add(draft.refused.reason, draft.number, draft.refused.detail, left_out=True)
        else:
            report.merged += draft.rows - 1
            self._look_at(draft, product)
        name = product.product_id
        for number, note in draft.notes:
            report.add(note.reason, number, _told(name, note.detail))
        for photo in attached.notes:
            report.add(photo.reason, draft.number, _told(name, photo.detail))

    def _look_at(self, draft: Draft, product: Product) -> None:
        report = self._report
        for name in ("title", "description", "brand", "category", "price"):
            if getattr(product, name):
                report.filled[name] = report.filled.get(name, 0) + 1
        if product.images:
            report.filled["image"] = report.filled.get("image", 0) + 1
        for name in self._expected:
            if not getattr(product, name) and name not in draft.emptied:
                report.add(_MISSING[name], draft.number, product.product_id)
        if product.title:
            title = blake2b(product.title.encode(), digest_size=8).digest()
            if title in self._titles:
                detail = f"{product.product_id}: {product.title}"
                report.add(Reason.SAME_TITLE, draft.number, detail)
            self._titles.add(title)
            report.different_titles = len(self._titles)
        if product.price and draft.price_text:
            self._prices += 1
            shown = f"{draft.price_text!r} as {product.price.amount:g} {product.price.currency}"
            if len(self._examples) < _PRICE_EXAMPLES and shown not in self._examples:
                self._examples.append(shown.strip())

    def notes(self) -> list[str]:
        """What is to say of the source as a whole."""
        if not self._prices:
            return []
        return [f"{self._prices} prices are text and were read: {', '.join(self._examples)}"]


def _told(product_id: str, detail: str) -> str:
    return f"{product_id}: {detail}" if product_id and detail else detail or product_id
