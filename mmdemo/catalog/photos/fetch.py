"""Fetch photos from servers that may be slow, broken or hostile. Knows no catalog.

What is believed of an answer is its status and its bytes: not its type, not its length. No
cookies, no proxies, no login. The connection itself is `network`'s business. Certificates are
checked against certifi's list of authorities, or that of the file `SSL_CERT_FILE` names.
"""

from __future__ import annotations

import random
import ssl
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import IO

import httpcore
import httpx

from mmdemo import __version__
from mmdemo.catalog.photos.addresses import AddressPolicy, checked_url, is_public
from mmdemo.catalog.photos.hosts import Host, Hosts
from mmdemo.catalog.photos.network import CheckedNetwork, Clock, Resolver, look_up
from mmdemo.catalog.photos.records import Fault, PhotoError
from mmdemo.catalog.photos.sources import check_bytes

_IN_MEMORY = 1_000_000  # larger photos wait on disk for their turn to be decoded
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({429, 503})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How long and how often a server is asked.

    Attributes:
        connect: seconds until a connection stands.
        read: seconds between two pieces of an answer.
        total: seconds for one try, with its redirects.
        tries: how often one photo is asked for.
        backoff: seconds before the second try; doubled for each further one, then shortened at
            random by up to a half.
        longest_wait: seconds; a server that asks for more (Retry-After) is not waited for.
        redirects: followed for one photo.
        per_host: requests to one server at once.
        patience: photos in a row that a server may fail before it is given up.
    """

    connect: float = 5.0
    read: float = 10.0
    total: float = 60.0
    tries: int = 4
    backoff: float = 0.5
    longest_wait: float = 30.0
    redirects: int = 5
    per_host: int = 6
    patience: int = 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """A server's answer.

    Attributes:
        body: at its start; None if the photo is the one that is known already.
        validators: headers to ask with next time.
    """

    body: IO[bytes] | None
    size: int = 0
    validators: Mapping[str, str] = field(default_factory=dict)


class _TryAgainError(Exception):
    """A failure that may pass.

    Attributes:
        error: what it is if it does not.
        wait: seconds the server asks for, or None.
    """

    def __init__(self, error: PhotoError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Fetcher:
    """Fetches photos; safe to use from many threads."""

    def __init__(
        self,
        *,
        allowed: AddressPolicy = is_public,
        limits: FetchLimits | None = None,
        resolve: Resolver = look_up,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._hosts = Hosts(at_once=self._limits.per_host, patience=self._limits.patience)
        self._clock = Clock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=None,  # as many as there are threads
            max_keepalive_connections=32,
            keepalive_expiry=5.0,
            network_backend=CheckedNetwork(allowed, clock=self._clock, resolve=resolve),
        )

    def fetch(self, url: httpx.URL, *, validators: Mapping[str, str] | None = None) -> Fetched:
        """Ask for a photo until it comes or there is no hope.

        Args:
            validators: from the last answer, to get the photo only if it has changed.

        Raises:
            PhotoError: it cannot be had.
        """
        host = self._hosts[url.netloc.decode()]
        for tried in range(1, self._limits.tries + 1):
            if host.given_up:
                raise PhotoError(Fault.NO_ANSWER, f"{url.host} was given up after many failures")
            try:
                return self._follow(url, validators or {})
            except _TryAgainError as failure:
                if tried == self._limits.tries or (failure.wait or 0) > self._limits.longest_wait:
                    host.failed()
                    raise failure.error from failure
                delay = self._limits.backoff * 2 ** (tried - 1) * random.uniform(0.5, 1)
                if (failure.wait or 0) < delay:
                    self._clock.sleep(delay)
            except PhotoError as error:
                if error.reason in {
                    Fault.NO_HOST,
                    Fault.TOO_SLOW,
                    Fault.INSECURE,
                }:
                    host.failed()
                raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close connections; who waits for a server gives up."""
        self._clock.stop()
        self._pool.close()

    def _follow(self, url: httpx.URL, validators: Mapping[str, str]) -> Fetched:
        left = self._limits.total
        for _ in range(self._limits.redirects + 1):
            host = self._hosts[url.netloc.decode()]
            with host.turn(self._clock.sleep):  # waiting for it costs no time
                started = time.monotonic()
                with self._clock.limit(left), self._asked(url, validators) as response:
                    answer = self._answer(response, host)
                left -= time.monotonic() - started
            if isinstance(answer, Fetched):
                return answer
            url = checked_url(answer, base=url)
        raise PhotoError(Fault.REDIRECTS, f"more than {self._limits.redirects}")

    @contextmanager
    def _asked(self, url: httpx.URL, validators: Mapping[str, str]) -> Iterator[httpcore.Response]:
        """Send a request; translate what goes wrong until the answer is read."""
        headers = [
            ("Host", url.netloc.decode()),
            ("User-Agent", f"mmdemo/{__version__}"),
            ("Accept", "image/*"),
            ("Accept-Encoding", "identity"),
            *((_VALIDATORS[n], value) for n, value in validators.items() if n in _VALIDATORS),
        ]
        limits = self._limits
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read}
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            with self._pool.stream(
                "GET", target, headers=headers, extensions={"timeout": timeout}
            ) as response:
                yield response
        except httpcore.TimeoutException as error:
            self._clock.left(None)
            raise _TryAgainError(PhotoError(Fault.NO_ANSWER, "timed out")) from error
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
                raise PhotoError(Fault.INSECURE, url.host) from error
            raise _TryAgainError(PhotoError(Fault.NO_ANSWER, str(error))) from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise _TryAgainError(PhotoError(Fault.CUT_OFF, str(error)[:100])) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise PhotoError(Fault.BAD_ADDRESS, str(error)[:100]) from error

    def _answer(self, response: httpcore.Response, host: Host) -> Fetched | str:
        """The photo, or where else to look for it."""
        headers = {
            name.decode("latin-1").lower(): value.decode("utf-8", "replace").strip()
            for name, value in response.headers
        }
        status = response.status
        if status in _TRANSIENT:
            busy = status in _LATER
            wait = _retry_after(headers.get("retry-after", "")) if busy else None
            if wait is not None:
                host.leave_alone(min(wait, self._limits.longest_wait))
            reason = Fault.BUSY if status == 429 or wait is not None else Fault.SERVER_ERROR
            raise _TryAgainError(PhotoError(reason, f"status {status}"), wait)
        host.succeeded()
        if status in _REDIRECTS and headers.get("location"):
            return headers["location"]
        if status == 304:
            return Fetched(None)
        if status in _GONE:
            raise PhotoError(Fault.GONE, f"status {status}")
        if 400 <= status < 500:
            raise PhotoError(Fault.DENIED, f"status {status}")
        if status != 200:
            raise PhotoError(Fault.SERVER_ERROR, f"status {status}")
        if headers.get("content-length", "").isdecimal():
            check_bytes(int(headers["content-length"][:18]))
        body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # handed on
        try:
            size = 0
            for piece in _plain(response.iter_stream(), headers.get("content-encoding", "")):
                size += len(piece)
                check_bytes(size)
                body.write(piece)
                self._clock.left(None)
            body.seek(0)
        except BaseException:
            body.close()
            raise
        known = {name: headers[name] for name in _VALIDATORS if headers.get(name)}
        return Fetched(body, size, known)


def _retry_after(value: str) -> float | None:
    """Seconds from now; the header has them, or a date."""
    if value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _plain(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Undo the compression that some servers apply unasked, a bounded piece at a time."""
    encoding = encoding.lower()
    if encoding in {"", "identity"}:
        yield from pieces
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise PhotoError(Fault.SERVER_ERROR, f"sends {encoding[:20]} unasked")
    first = next(pieces, b"")
    if not first.startswith((b"\x1f\x8b", b"\x78")):  # not compressed at all
        yield first
        yield from pieces
        return
    inflater = zlib.decompressobj(wbits=47)  # gzip or zlib, by what comes
    for packed in chain([first], pieces):
        rest = packed
        while rest:
            try:
                yield inflater.decompress(rest, _IN_MEMORY)
            except zlib.error as error:
                raise PhotoError(Fault.DAMAGED, "compressed, and broken") from error
            rest = inflater.unconsumed_tail
