"""An engine that is opened in the background."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest

from mmdemo.errors import IndexMismatchError, MmdemoError
from mmdemo.web.loading import EngineHandle, LoadState


def test_it_is_loading_until_it_is_there(engine: Any) -> None:
    gate = threading.Event()

    def open_engine() -> Any:
        gate.wait(10)
        return engine

    handle = EngineHandle(open_engine)
    assert handle.state is LoadState.LOADING
    assert handle.engine is None
    with pytest.raises(MmdemoError, match="still loading"):
        handle.wait(0.01)
    gate.set()
    assert handle.wait(10) is engine
    assert (handle.state, handle.message) == (LoadState.READY, "")
    assert handle.engine is engine


def test_it_is_opened_once(engine: Any) -> None:
    opened: list[int] = []

    def open_engine() -> Any:
        opened.append(1)
        return engine

    handle = EngineHandle(open_engine)
    threads = [threading.Thread(target=handle.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asyncio.run(handle.ready()) is engine
    assert handle.start() is handle
    assert opened == [1]


def test_a_failure_is_told_in_its_own_words() -> None:
    def open_engine() -> Any:
        raise IndexMismatchError("no vectors", remedy="run `mmdemo index`")

    handle = EngineHandle(open_engine)
    with pytest.raises(IndexMismatchError):
        handle.wait(10)
    with pytest.raises(IndexMismatchError):
        asyncio.run(handle.ready())
    assert (handle.state, handle.message) == (LoadState.FAILED, "no vectors; run `mmdemo index`")


def test_a_bug_is_logged_and_told_without_details(caplog: pytest.LogCaptureFixture) -> None:
    def open_engine() -> Any:
        raise ZeroDivisionError("secret detail")

    handle = EngineHandle(open_engine)
    with pytest.raises(MmdemoError, match="ZeroDivisionError"):
        handle.wait(10)
    assert "secret detail" not in handle.message
    assert "secret detail" in caplog.text


def test_garbage_is_collected_again_once_it_is_open_or_failed(engine: Any) -> None:
    collecting: list[bool] = []

    def open_engine() -> Any:
        collecting.append(gc.isenabled())
        if len(collecting) == 1:
            raise IndexMismatchError("no vectors")
        return engine

    handle = EngineHandle(open_engine)
    with pytest.raises(IndexMismatchError):
        handle.wait(10)
    assert gc.isenabled()
    assert handle.retry()
    assert handle.wait(10) is engine
    assert gc.isenabled()
    assert collecting == [False, False]
