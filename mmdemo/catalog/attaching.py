"""Give products their photos in the order of the source, several at once. Knows no row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from mmdemo.catalog.drafts import Draft
from mmdemo.catalog.photos import Attached, PhotoStore

_AHEAD = 8  # products for each thread whose photos are read ahead of the one that is waited for
_BYTES_AHEAD = 64_000_000  # of photos that stand in the rows themselves


def attach_photos(
    store: PhotoStore | None, drafts: Iterable[Draft]
) -> Iterator[tuple[Draft, Attached]]:
    """Each draft with its photos; none if it is refused, or where nothing tells of photos.

    Args:
        store: None where nothing tells of photos.
        drafts: read as far ahead as threads are busy.
    """
    waiting: deque[tuple[Draft, Future[Attached] | Attached]] = deque()
    workers = store.workers if store is not None else 1
    held = 0
    with ThreadPoolExecutor(workers, thread_name_prefix="photos") as pool:
        try:
            for draft in drafts:
                attached: Future[Attached] | Attached = Attached()
                if store is not None and draft.refused is None:
                    names = draft.references
                    attached = pool.submit(store.attach, names, draft.product.product_id)
                waiting.append((draft, attached))
                held += _size(draft)
                while waiting and (
                    len(waiting) >= _AHEAD * workers
                    or held > _BYTES_AHEAD
                    or not _busy(waiting[0][1])
                ):
                    first, attached = waiting.popleft()
                    held -= _size(first)
                    yield first, _result(attached)
            while waiting:
                first, attached = waiting.popleft()
                yield first, _result(attached)
        except BaseException:
            for _, attached in waiting:
                if isinstance(attached, Future):
                    attached.cancel()
            if store is not None:
                store.stop()  # or the pool would wait for slow servers
            raise


def _size(draft: Draft) -> int:
    return sum(len(photo) for photo in draft.references if isinstance(photo, bytes))


def _busy(attached: Future[Attached] | Attached) -> bool:
    return isinstance(attached, Future) and not attached.done()


def _result(attached: Future[Attached] | Attached) -> Attached:
    return attached.result() if isinstance(attached, Future) else attached
