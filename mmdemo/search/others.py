"""Indexes beside the served one, such as last month's model. Knows no query.

They are listed from their manifests and loaded when one is first asked: a model takes seconds and
memory. One that cannot be used says why, and breaks nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmdemo.catalog import Catalog
from mmdemo.errors import MmdemoError
from mmdemo.index import (
    MANIFEST_NAME,
    BoolArray,
    IntArray,
    Manifest,
    check_towers,
    fusions_of,
    index_folder,
    load_fused,
    load_lexical,
    load_vectors,
    read_manifest,
)
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search.rankers import NAMES, IndexRankers
from mmdemo.towers import Towers, load_towers

_log = logging.getLogger(__name__)
_FOLDERS = ("local-dir:", "st:/")  # SPECs that name a folder of this machine


class OtherIndex:
    """An index of a catalog that is loaded when it is first asked.

    Attributes:
        name: of the index.
        names: of its rankers; of those that cannot be asked too.
    """

    def __init__(
        self, catalog: Catalog, name: str, *, device: str, served: IndexRankers | None = None
    ) -> None:
        """List the index.

        Args:
            catalog: whose index it is.
            name: of the index.
            device: where to load its towers.
            served: whose towers are taken if it was made with the same.
        """
        self.name = name
        self.names = NAMES
        self._unavailable = ""  # why it cannot be used at all
        self._fusions: Mapping[str, str] = {}  # and why each of these cannot
        self._catalog, self._device, self._served = catalog, device, served
        self._loaded: IndexRankers | None = None
        self._lock = threading.Lock()
        try:
            manifest = read_manifest(catalog, name)
            self._unavailable = why_gone(manifest)
            self._fusions = fusions_of(manifest)
            self.names = (*NAMES, *self._fusions)
        except MmdemoError as error:
            self._unavailable = str(error)

    def why_not(self, name: str) -> str:
        """Why a ranker cannot be asked, as far as is known; empty if it can."""
        if self._unavailable or self._loaded is None:
            return self._unavailable or self._fusions.get(name, "")
        return self._loaded.why_not(name)

    def rank(
        self,
        queries: Sequence[Query],
        names: Sequence[str],
        *,
        text_weight: float,
        top_k: int,
        within: BoolArray | None = None,
    ) -> list[dict[str, Ranking]]:
        """As `IndexRankers.rank`; all rankings are missing if it cannot be used."""
        loaded = self._load()
        if loaded is not None:
            return loaded.rank(queries, names, text_weight=text_weight, top_k=top_k, within=within)
        return [
            {name: Ranking(name, query.query_id, (), self._unavailable) for name in names}
            for query in queries
        ]

    def places(
        self,
        query: Query,
        names: Sequence[str],
        rows: IntArray,
        *,
        text_weight: float,
        within: BoolArray | None = None,
    ) -> dict[str, list[Hit | None]]:
        """As `IndexRankers.places`; no product has a place if it cannot be used."""
        loaded = self._load()
        if loaded is not None:
            return loaded.places(query, names, rows, text_weight=text_weight, within=within)
        return {name: [None] * len(rows) for name in names}

    def _load(self) -> IndexRankers | None:
        """Its rankers; None if it cannot be used, and `_unavailable` says why."""
        with self._lock:
            if self._loaded is None and not self._unavailable:
                try:
                    self._loaded = self._open()
                except MmdemoError as error:
                    _log.warning("index %s of %s: %s", self.name, self._catalog.name, error)
                    self._unavailable = str(error)
            return self._loaded

    def _open(self) -> IndexRankers:
        catalog = self._catalog
        manifest = read_manifest(catalog, self.name)  # it may have been made anew since
        towers = self._shared_towers(manifest)
        encoder = None if self._served is None or towers is None else self._served.encoder
        if towers is None:
            towers = load_towers(manifest.model, text_spec=manifest.text_model, device=self._device)
        check_towers(manifest, towers)
        rankers = IndexRankers(
            [product.product_id for product in catalog],
            towers,
            load_vectors(catalog, manifest, self.name),
            load_lexical(catalog, manifest, self.name),
            fusions=load_fused(catalog, manifest, self.name),
            encoder=encoder,
        )
        rankers.rank([Query("warm up")], rankers.names, text_weight=0.5, top_k=1)
        return rankers

    def _shared_towers(self, manifest: Manifest) -> Towers | None:
        """The served index's towers, if they are those of this one."""
        if self._served is None:
            return None
        try:
            check_towers(manifest, self._served.towers)
        except MmdemoError:
            return None
        return self._served.towers


def other_indexes(
    catalog: Catalog, besides: str, *, device: str, served: IndexRankers | None = None
) -> Sequence[OtherIndex]:
    """All indexes of a catalog but one, by name."""
    folder = index_folder(catalog.directory, besides).parent
    names = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST_NAME}"))
    return [
        OtherIndex(catalog, name, device=device, served=served) for name in names if name != besides
    ]


def why_gone(manifest: Manifest) -> str:
    """Why an index's model cannot be loaded, as far as that is seen without it; empty if it can."""
    for spec in (manifest.model, manifest.text_model):
        if spec.startswith(_FOLDERS) and not Path(spec.partition(":")[2]).is_dir():
            return f"its model is gone: {Path(spec).name}; put it back or index again"
    return ""
