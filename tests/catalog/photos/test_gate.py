import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mmdemo.catalog.photos.gate import Gate

pytestmark = pytest.mark.timeout(10)


@pytest.mark.parametrize(("share", "at_once"), [(1, 6), (2, 3), (4, 1), (6, 1), (100, 1)])
def test_shares_never_exceed_the_budget(share: int, at_once: int) -> None:
    gate, lock = Gate(6), threading.Lock()
    now = most = 0

    def work(_: int) -> None:
        nonlocal now, most
        with gate.share(share):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.01)
            with lock:
                now -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert most == at_once


def test_an_error_gives_the_share_back() -> None:
    gate = Gate(1)
    with pytest.raises(ValueError, match="x"), gate.share(1):
        raise ValueError("x")
    with gate.share(1):
        pass
