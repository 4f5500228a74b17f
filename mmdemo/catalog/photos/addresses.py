"""Say which addresses photos may be fetched from. Knows no connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_network

import httpx

from mmdemo.catalog.photos.records import Fault, PhotoError

IPAddress = IPv4Address | IPv6Address
AddressPolicy = Callable[[IPAddress], bool]

_LONGEST = 4096  # characters of a URL
# Networks whose addresses stand for an IPv4 address that may be any (RFC 6052, 8215, 3056, 4380).
_DISGUISES = [ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet, and says so itself.

    Not so are loopback, private, shared, link-local, multicast and reserved ones, and IPv6
    addresses that stand for an IPv4 address (mapped, NAT64, 6to4, Teredo).
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address.is_site_local:
            return False
        if any(address in network for network in _DISGUISES):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def is_url(reference: str) -> bool:
    """Whether a catalog means an address on the web by it, not a file."""
    return re.match(r"[a-z][a-z0-9+.-]*://|//[^/]+\.[^/]+/", reference, re.IGNORECASE) is not None


def checked_url(reference: str, *, base: httpx.URL | None = None) -> httpx.URL:
    """An http(s) URL without fragment.

    Raises:
        PhotoError: it cannot be understood, is of another scheme, or names a user.
    """
    if len(reference) > _LONGEST:
        raise PhotoError(Fault.BAD_ADDRESS, f"{len(reference)} characters")
    if base is None and reference.startswith("//"):
        reference = f"https:{reference}"  # "of the page's own scheme", as many shops write it
    try:
        url = httpx.URL(reference) if base is None else base.join(reference)
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as error:
        raise PhotoError(Fault.BAD_ADDRESS, str(error)[:100]) from error
    if url.scheme not in {"http", "https"}:
        raise PhotoError(Fault.BAD_ADDRESS, f"{url.scheme}, not http or https")
    if url.userinfo:
        raise PhotoError(Fault.BAD_ADDRESS, "names a user")
    port = 80 if url.port is None else url.port
    if not re.fullmatch(rb"[\w.-]+|[0-9a-f:.]+", url.raw_host) or not 0 < port < 65536:
        raise PhotoError(Fault.BAD_ADDRESS, "names no host")
    return url.copy_with(fragment=None)
