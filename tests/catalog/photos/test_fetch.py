"""Against a server that is slow, flaky, broken or hostile: right photos come, others get reasons.

The server on 127.0.0.1 stands for the public internet, the one on 127.0.0.2 for a private network.
"""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mmdemo.catalog import Catalog, ImportOptions, import_catalog
from mmdemo.catalog.photos import Attached, Fault, PhotoStore
from mmdemo.catalog.photos.addresses import IPAddress, is_public
from mmdemo.catalog.photos.fetch import Fetcher, FetchLimits
from mmdemo.catalog.photos.network import look_up

pytestmark = pytest.mark.timeout(20)

Site = Any  # of conftest.py
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"
QUICK = FetchLimits(
    connect=2.0, read=1.0, total=2.0, tries=3, backoff=0.01, longest_wait=2.0, redirects=3
)


def only_ours(address: IPAddress) -> bool:
    return str(address) == PUBLIC or is_public(address)


def open_shop(directory: Path, *, refresh: bool = False, **options: object) -> PhotoStore:
    def make_fetcher() -> Fetcher:
        return Fetcher(**({"allowed": only_ours, "limits": QUICK} | options))  # type: ignore[arg-type]

    return PhotoStore(directory, None, refresh=refresh, make_fetcher=make_fetcher)


def attach_all(store: PhotoStore, urls: Sequence[str]) -> list[tuple[bool, list[str]]]:
    """For each address whether its photo is kept, and the reasons noted."""
    with ThreadPoolExecutor(store.workers) as pool:
        found = list(pool.map(lambda url: store.attach([url], "p"), urls))
    return [(bool(one.keys), [note.reason for note in one.notes]) for one in found]


GOOD = ["good", "flaky", "slow", "wait", "other-type", "moved", "packed", "not-packed"]
BAD = {
    "missing": Fault.GONE,
    "secret": Fault.DENIED,
    "down": Fault.SERVER_ERROR,
    "nothing": Fault.SERVER_ERROR,
    "brotli": Fault.SERVER_ERROR,
    "busy": Fault.BUSY,
    "empty": Fault.EMPTY,
    "page": Fault.WEB_PAGE,
    "endless": Fault.TOO_LARGE,
    "bomb": Fault.TOO_LARGE,
    "claims-huge": Fault.TOO_LARGE,
    "claims-more": Fault.CUT_OFF,
    "claims-less": Fault.TRUNCATED,
    "bad-chunks": Fault.CUT_OFF,
    "no-http": Fault.CUT_OFF,
    "endless-header": Fault.CUT_OFF,
    "never": Fault.NO_ANSWER,
    "drips": Fault.TOO_SLOW,
    "drips-body": Fault.TOO_SLOW,
    "early": Fault.CUT_OFF,
    "circle": Fault.REDIRECTS,
    "slow-circle": Fault.TOO_SLOW,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_photo_comes_in_the_end(tmp_path: Path, public: Site, name: str) -> None:
    url = f"{public.url}/{name}/1.jpg"
    with open_shop(tmp_path) as store:
        attached = store.attach([url], "p1")
    assert attached.notes == ()
    path = f"/good/{name}/1.jpg" if name == "moved" else f"/{name}/1.jpg"
    assert Catalog(tmp_path).image_path(attached.keys[0]).read_bytes() == public.photo(path)


@pytest.mark.parametrize(("name", "reason"), BAD.items())
def test_what_cannot_be_had_has_its_reason(
    tmp_path: Path, public: Site, name: str, reason: Fault
) -> None:
    url = f"{public.url}/{name}/1.jpg"
    with open_shop(tmp_path) as store:
        attached = store.attach([url], "p1")
        asked = sum(public.asked.values())
        assert store.attach([url], "p2") == attached, "and is not asked for again"
        assert sum(public.asked.values()) == asked
    assert attached.keys == ()
    assert [note.reason for note in attached.notes] == [reason]
    assert attached.notes[0].detail.startswith(url)


def test_of_a_mixed_catalog_the_right_products_complete(tmp_path: Path, public: Site) -> None:
    limits = FetchLimits(
        connect=2.0, read=1.0, total=2.0, tries=3, backoff=0.01, longest_wait=2.0, redirects=3,
        patience=1000,
    )  # fmt: skip
    # A busy server is left alone for a while: its other photos wait, but come.
    names = [name for name in [*GOOD, *BAD] if name not in {"busy", "wait"}]
    urls = [f"{public.url}/{name}/{n}.jpg" for n in range(3) for name in names]
    with open_shop(tmp_path, limits=limits) as store:
        found = attach_all(store, urls)
    wanted = [(name in GOOD, [BAD[name]] if name in BAD else []) for name in names]
    assert found == wanted * 3
    assert not any("cookie" in headers for headers in public.headers)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/good/1.jpg",
        "//127.0.0.2:{port}/good/1.jpg",
        "http://2130706434:{port}/good/1.jpg",  # 127.0.0.2 as one number
        "http://0x7f000002:{port}/good/1.jpg",
        "http://127.2:{port}/good/1.jpg",
        "http://[::ffff:127.0.0.2]:{port}/good/1.jpg",
        "http://[::ffff:7f00:2]:{port}/good/1.jpg",
        "http://[64:ff9b::7f00:2]:{port}/good/1.jpg",
        "http://[::1]:{port}/good/1.jpg",
        "http://0.0.0.0:{port}/good/1.jpg",
        "http://[::]:{port}/good/1.jpg",
        "http://10.0.0.1/good/1.jpg",
        "http://192.168.1.1/good/1.jpg",
        "http://172.16.0.1/good/1.jpg",
        "http://100.64.0.1/good/1.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/good/1.jpg",
        "http://[fd00::1]/good/1.jpg",
        "http://224.0.0.1/good/1.jpg",
        "http://255.255.255.255/good/1.jpg",
    ],
)
def test_nothing_private_is_fetched(
    tmp_path: Path, public: Site, private: Site, target: str
) -> None:
    target = target.format(port=private.port)
    public.target = target
    with open_shop(tmp_path) as store:
        for reference in (target, f"{public.url}/to/{target[7:]}"):
            attached = store.attach([reference], "p1")
            assert attached.keys == ()
            assert [note.reason for note in attached.notes] == [Fault.PRIVATE_ADDRESS]
    assert not private.asked


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://u:p@127.0.0.1/x",
        "http://0177.0.0.1/",
        "a:b",
    ],
)
def test_redirects_lead_to_no_other_kind_of_address(
    tmp_path: Path, public: Site, target: str
) -> None:
    public.target = target
    with open_shop(tmp_path) as store:
        (note,) = store.attach([f"{public.url}/to/1.jpg"], "p1").notes
    assert note.reason == Fault.BAD_ADDRESS


def test_private_addresses_are_fetched_where_that_is_allowed(tmp_path: Path, public: Site) -> None:
    url = f"{public.url}/good/1.jpg"
    with PhotoStore(tmp_path, None) as store:
        assert [n.reason for n in store.attach([url], "p").notes] == [Fault.PRIVATE_ADDRESS]
    assert not public.asked
    with PhotoStore(tmp_path, None, allow_private=True) as store:
        assert len(store.attach([url], "p").keys) == 1


def test_a_name_that_means_another_address_a_moment_later_gains_nothing(
    tmp_path: Path, public: Site, private: Site
) -> None:
    answers = [[PUBLIC], [PRIVATE]]
    looked_up = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return answers[min(len(looked_up), len(answers)) - 1]

    with open_shop(tmp_path, resolve=rebinding) as store:
        url = f"http://shop.test:{public.port}/early/1.jpg"  # each try needs a new connection
        assert [n.reason for n in store.attach([url], "p").notes] == [Fault.PRIVATE_ADDRESS]
    assert looked_up == ["shop.test"] * 2
    assert public.headers[0]["host"] == f"shop.test:{public.port}"


def test_of_several_addresses_only_public_ones_are_used(
    tmp_path: Path, public: Site, private: Site
) -> None:
    def both(host: str, port: int) -> Sequence[str]:
        return [PRIVATE, PUBLIC]

    with open_shop(tmp_path, resolve=both) as store:
        url = f"http://shop.test:{public.port}/good/1.jpg"
        assert len(store.attach([url], "p").keys) == 1


def test_an_address_that_does_not_answer_makes_room_for_the_next(
    tmp_path: Path, public: Site
) -> None:
    def dead_first(host: str, port: int) -> Sequence[str]:
        return [PRIVATE, PUBLIC]  # nothing listens there now

    with open_shop(tmp_path, resolve=dead_first, allowed=lambda address: True) as store:
        url = f"http://shop.test:{public.port}/good/1.jpg"
        assert len(store.attach([url], "p").keys) == 1


def test_unknown_hosts_and_closed_ports(tmp_path: Path, public: Site) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        if host == "none.test":
            raise OSError("no such host")
        return look_up(host, port)

    with open_shop(tmp_path, resolve=unknown) as store:
        found = attach_all(store, ["http://none.test/1.jpg", f"http://{PUBLIC}:1/1.jpg"])
    assert found == [(False, [Fault.NO_HOST]), (False, [Fault.NO_ANSWER])]


def test_a_look_up_that_never_ends_is_not_waited_for(tmp_path: Path) -> None:
    never = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        never.wait(20)
        return [PUBLIC]

    started = time.monotonic()
    with open_shop(tmp_path, resolve=hang) as store:
        found = attach_all(store, ["http://shop.test/1.jpg"])
    never.set()
    assert found == [(False, [Fault.NO_HOST])]
    assert time.monotonic() - started < 5


def test_a_dead_server_is_given_up(tmp_path: Path, public: Site) -> None:
    with open_shop(tmp_path) as store:
        urls = [f"{public.url}/down/{n}.jpg" for n in range(100)]
        reasons = [store.attach([url], "p").notes[0].reason for url in urls]
    assert reasons == [Fault.SERVER_ERROR] * 10 + [Fault.NO_ANSWER] * 90
    assert sum(public.asked.values()) == 10 * QUICK.tries


def test_many_are_fetched_at_once_but_few_from_one_server(tmp_path: Path, public: Site) -> None:
    urls = [f"{public.url}/late/{n}.jpg" for n in range(60)]
    started = time.monotonic()
    with open_shop(tmp_path) as store:
        found = attach_all(store, urls)
    assert found == [(True, [])] * 60
    assert 3 <= public.most_at_once <= QUICK.per_host == 6
    assert time.monotonic() - started < 5, "one after the other they take six seconds"


def test_a_server_that_asks_to_wait_is_left_alone(tmp_path: Path, public: Site) -> None:
    with open_shop(tmp_path) as store:
        attached = store.attach([f"{public.url}/wait/1.jpg"], "p")
    assert len(attached.keys) == 1
    assert 0.95 < public.times[1] - public.times[0] < 2


def test_what_came_is_not_asked_for_again(tmp_path: Path, public: Site) -> None:
    urls = [f"{public.url}/{name}/1.jpg" for name in ("good", "mended", "versions")]
    with open_shop(tmp_path) as store:
        first = attach_all(store, [*urls, *urls])
    assert first == [(True, []), (False, [Fault.GONE]), (True, [])] * 2
    assert set(public.asked.values()) == {1}
    with open_shop(tmp_path) as store:
        assert attach_all(store, urls) == [(True, [])] * 3, "what failed is tried again"
    assert public.asked == {"/good/1.jpg": 1, "/mended/1.jpg": 2, "/versions/1.jpg": 1}


def test_photos_that_changed_are_fetched_on_request(tmp_path: Path, public: Site) -> None:
    url = f"{public.url}/versions/1.jpg"
    seen: list[Attached] = []
    for version in ("first", "first", "second", "down", "second"):
        public.version = version
        with open_shop(tmp_path, refresh=bool(seen)) as store:
            seen.append(store.attach([url], "p"))
    keys = [attached.keys for attached in seen]
    assert keys[0] == keys[1] != keys[2] == keys[3] == keys[4]
    assert [[n.reason for n in attached.notes] for attached in seen] == [
        [], [], [], [Fault.SERVER_ERROR], [],
    ]  # fmt: skip
    assert [h.get("if-none-match") for h in public.headers[:3]] == [None, '"first"', '"first"']


def test_an_import_asks_for_changes_on_request(tmp_path: Path, public: Site) -> None:
    source = tmp_path / "products.csv"
    source.write_text(f"id,title,image_url\np1,Lamp,{public.url}/versions/1.jpg\n")
    shop = tmp_path / "shop"
    keys = []
    for version, refresh in [("first", False), ("second", False), ("second", True)]:
        public.version = version
        options = ImportOptions(allow_private=True, refresh_photos=refresh)
        catalog, _ = import_catalog(source, shop, options=options)
        keys.append(catalog.products[0].images)
    assert keys[0] == keys[1] != keys[2]
    assert [path.stem for path in shop.glob("images/*/*")] == list(keys[2])
    assert public.asked == {"/versions/1.jpg": 2}


@pytest.mark.parametrize("name", ["down", "never", "drips-body"])
def test_who_waits_for_a_server_gives_up_when_the_import_stops(
    tmp_path: Path, public: Site, name: str
) -> None:
    limits = FetchLimits(backoff=60, read=60, tries=2)
    with open_shop(tmp_path, limits=limits) as store, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.attach, [f"{public.url}/{name}/1.jpg"], "p")
        while not public.asked:
            time.sleep(0.01)
        time.sleep(0.2)
        store.stop()
        attached = waiting.result(5)
        late = store.attach([f"{public.url}/good/1.jpg"], "p")
    for end in (attached, late):
        assert (end.keys, [note.reason for note in end.notes]) == ((), [Fault.NO_ANSWER])
        assert "the import was stopped" in end.notes[0].detail
    assert set(public.asked) == {f"/{name}/1.jpg"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of shop.test, signed by itself, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=shop.test", "-addext", "subjectAltName=DNS:shop.test"),
        *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs openssl")
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "reasons"),
    [
        ("shop.test", True, []),
        ("shop.test", False, [Fault.INSECURE]),
        ("other.test", True, [Fault.INSECURE]),
    ],
)
def test_tls_checks_the_name_although_the_address_is_connected_to(
    tmp_path: Path,
    public: Site,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
    reasons: list[Fault],
) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    public.server.socket = context.wrap_socket(public.server.socket, server_side=True)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with open_shop(tmp_path, resolve=lambda host, port: [PUBLIC]) as store:
        found = attach_all(store, [f"https://{host}:{public.port}/good/1.jpg"])
    assert found == [(not reasons, reasons)]
    assert names == [host]
