"""Databases to keep judgments in: SQLite always, PostgreSQL where a server can be started."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class PostgresServer:
    """A server of our own in a temporary folder, run by a user that is not root."""

    def __init__(self, binaries: Path, folder: Path, user: str | None) -> None:
        self.binaries, self.user = binaries, user
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", str(data), *options)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(self.port), "-k", ""],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            address = ("-h", "127.0.0.1", "-p", str(self.port))
            if (
                subprocess.run([binaries / "pg_isready", "-q", *address], check=False).returncode
                == 0
            ):
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def new_database(self) -> str:
        name = f"labels_{uuid.uuid4().hex}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name)
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        self.process.wait(timeout=30)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        subprocess.run(command, user=self.user, check=True, capture_output=True, cwd="/")


def _postgres_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's initdb is not installed")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'mmdemo[postgres]'")
    if os.getuid() == 0 and _other_user() is None:
        pytest.skip("PostgreSQL does not run as root, and there is no other user")
    folder = Path(tempfile.mkdtemp(prefix="labels-postgres-"))
    server = None
    try:
        try:
            server = PostgresServer(binaries, folder, _other_user())
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL cannot be started: {error}")
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/labels/judgments.sqlite3"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def store(url: str) -> Iterator[JudgmentStore]:
    with JudgmentStore(url) as store:
        yield store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[JudgmentStore]:
    with JudgmentStore(f"sqlite:///{tmp_path}/judgments.sqlite3") as store:
        yield store


@pytest.fixture
def click() -> Callable[..., Judgment]:
    """Make a judgment; `at` is its second after noon."""

    def make(event_id: str, grade: int | None = 3, at: float = 0, **changes: Any) -> Judgment:
        values: dict[str, Any] = {
            "campaign": "spring",
            "judge": "ann",
            "query_id": "q1",
            "query_text": "red shoes",
            "product_id": "p1",
            "clicked_at": NOON + timedelta(seconds=at),
        }
        return Judgment(client_event_id=event_id, grade=grade, **(values | changes))

    return make
