"""Connect to allowed addresses only, and never for longer than agreed. Knows no HTTP.

A host's name is looked up once, its addresses are checked, and the connection is made to one of
the addresses that were checked: a name that means another address a moment later gains nothing.
TLS is still told the name and checks the certificate against it.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore

from mmdemo.catalog.photos.addresses import AddressPolicy
from mmdemo.catalog.photos.records import Fault, PhotoError

_STEP = 0.5  # seconds
Resolver = Callable[[str, int], Sequence[str]]


class Clock:
    """When the work that a thread does has to be done, and whether all work has to end now."""

    def __init__(self) -> None:
        self._ends = threading.local()
        self._stopped = threading.Event()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Give the block this long, in this thread."""
        self._ends.at = time.monotonic() + seconds
        try:
            yield
        finally:
            del self._ends.at

    def left(self, timeout: float | None) -> float:
        """Seconds that one step may take.

        Raises:
            PhotoError: none are left.
        """
        self.sleep(0)
        left: float = getattr(self._ends, "at", float("inf")) - time.monotonic()
        if left <= 0:
            raise PhotoError(Fault.TOO_SLOW)
        return min(left, timeout if timeout is not None else left)

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            PhotoError: all work has to end.
        """
        if self._stopped.wait(seconds):
            raise PhotoError(Fault.NO_ANSWER, "the import was stopped")

    def stop(self) -> None:
        """End all work, in all threads."""
        self._stopped.set()


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system knows them.

    Raises:
        OSError: it knows none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CheckedNetwork(httpcore.NetworkBackend):
    """Opens connections for httpcore."""

    def __init__(self, allowed: AddressPolicy, *, clock: Clock, resolve: Resolver) -> None:
        self._allowed = allowed
        self._clock = clock
        self._resolve = resolve
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that is allowed and answers.

        Raises:
            PhotoError: no address is known or allowed.
            httpcore.ConnectError: none answers.
        """
        addresses = self._look_up(host, port, self._clock.left(timeout))
        allowed = [address for address in addresses if self._allowed(ip_address(address))]
        if not allowed:
            # Which address it is stays untold: a catalog is no way to look around in a network.
            raise PhotoError(Fault.PRIVATE_ADDRESS, host)
        for place, address in enumerate(allowed):
            try:
                stream = self._system.connect_tcp(
                    address, port, self._clock.left(timeout), local_address, socket_options
                )
                return _TimedStream(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if place == len(allowed) - 1:
                    raise
        raise AssertionError("unreachable")

    def _look_up(self, host: str, port: int, timeout: float) -> Sequence[str]:
        """In a thread of its own: the system gives no way to end a look-up."""
        answer: Future[Sequence[str]] = Future()

        def ask() -> None:
            try:
                answer.set_result(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.set_exception(error)

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        try:
            return answer.result(timeout)
        except (OSError, UnicodeError) as error:  # a time-out is an OSError
            raise PhotoError(Fault.NO_HOST, host) from error


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends when the clock says so: not each in time and all never."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        end = time.monotonic() + self._clock.left(timeout)
        while True:  # in short steps: nothing else wakes a thread that waits for a server
            step = min(_STEP, max(0.001, end - time.monotonic()))
            try:
                return self._stream.read(max_bytes, step)
            except httpcore.ReadTimeout:
                if time.monotonic() >= end:
                    raise
                self._clock.sleep(0)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.left(timeout))
        return _TimedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # as httpcore declares it
        return self._stream.get_extra_info(info)
