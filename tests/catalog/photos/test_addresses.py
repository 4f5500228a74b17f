from ipaddress import ip_address

import pytest

from mmdemo.catalog.photos.addresses import checked_url, is_public, is_url
from mmdemo.catalog.photos.records import PhotoError


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001::8a"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_addresses_that_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("https://shop.example/a.jpg", True),
        ("HTTP://SHOP.EXAMPLE/A.JPG", True),
        ("//cdn.shop.example/a.jpg?v=1", True),
        ("ftp://shop.example/a.jpg", True),
        ("a.jpg", False),
        ("img/a.jpg", False),
        ("C:\\img\\a.jpg", False),
        ("/srv/img/a.jpg", False),
        ("//img/a.jpg", False),
        ("a://", True),
        ("", False),
    ],
)
def test_what_is_an_address_and_what_a_file(reference: str, url: bool) -> None:
    assert is_url(reference) is url


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("http://shop.example/a b.jpg#top", "http://shop.example/a%20b.jpg"),
        ("//shop.example/a.jpg", "https://shop.example/a.jpg"),
        ("HTTPS://Shop.Example:443/A.jpg?w=1&h=2", "https://shop.example/A.jpg?w=1&h=2"),
        ("http://bücher.example/ü.jpg", "http://xn--bcher-kva.example/%C3%BC.jpg"),
        ("http://[2606:4700::1111]/a.jpg", "http://[2606:4700::1111]/a.jpg"),
    ],
)
def test_addresses_as_they_are_asked_for(reference: str, url: str) -> None:
    assert str(checked_url(reference)) == url


@pytest.mark.parametrize(
    "reference",
    [
        "ftp://shop.example/a.jpg",
        "file:///etc/passwd",
        "gopher://shop.example/1",
        "http://user@shop.example/a.jpg",
        "http://user:secret@shop.example/a.jpg",
        "http:///a.jpg",
        "http://",
        "http://shop.example:0/",
        "http://shop.example:99999/",
        "http://shop.example:port/",
        "http://shop.example\\@127.0.0.1/",
        "http://a\nb/",
        "http://sh%6fp.example/",
        "http://１２７.0.0.1/",
        "http://[::1/",
        "http://shop.example/" + "a" * 5000,
    ],
)
def test_addresses_that_are_not_asked_for(reference: str) -> None:
    with pytest.raises(PhotoError, match="address is not usable"):
        checked_url(reference)
