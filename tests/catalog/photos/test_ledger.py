from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmdemo.catalog.photos import Fault, PhotoFacts, read_photo_facts
from mmdemo.catalog.photos.ledger import LEDGER, Ledger, Origin, Outcome

FACTS = PhotoFacts(30, 20, "JPEG", 1234, 2**64 - 1, animated=True)
KEPT = Outcome(files=(("images/ab/ab.jpg", 1234),), facts=FACTS)
BAD = Outcome(reason=Fault.SVG, detail="why")
ODD_NAME = "file 12 34 caf\udce9.jpg"  # a file name that is no text


def filled(directory: Path) -> Path:
    ledger = Ledger(directory)
    ledger.add_outcome("ab", KEPT)
    ledger.add_origin(ODD_NAME, Origin("ab"))
    ledger.add_origin("https://shop.example/a.jpg", Origin("ab", {"etag": '"1"'}))
    ledger.add_outcome("cd", BAD)
    ledger.add_origin("zip 9 x", Origin("cd"))
    ledger.close()
    return directory / LEDGER


def check(ledger: Ledger) -> None:
    assert ledger.outcomes == {"ab": KEPT, "cd": BAD}
    assert ledger.origins == {
        ODD_NAME: Origin("ab"),
        "https://shop.example/a.jpg": Origin("ab", {"etag": '"1"'}),
        "zip 9 x": Origin("cd"),
    }


def test_what_is_written_is_read(tmp_path: Path) -> None:
    filled(tmp_path)
    ledger = Ledger(tmp_path)
    check(ledger)
    ledger.close()
    assert read_photo_facts(tmp_path) == {"ab": FACTS}


def test_what_is_known_is_not_written_again(tmp_path: Path) -> None:
    path = filled(tmp_path)
    before = path.read_bytes()
    filled(tmp_path)
    assert path.read_bytes() == before


def test_a_line_torn_anywhere_costs_no_other(tmp_path: Path) -> None:
    path = filled(tmp_path)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    for end in range(last, len(whole)):
        path.write_bytes(whole[:end])
        ledger = Ledger(tmp_path)
        assert ledger.outcomes == {"ab": KEPT, "cd": BAD}
        assert "zip 9 x" not in ledger.origins or end == len(whole) - 1
        ledger.add_origin("zip 9 x", Origin("cd"))
        ledger.close()
        again = Ledger(tmp_path)
        check(again)
        again.close()


def test_damage_in_the_middle_costs_its_line(tmp_path: Path) -> None:
    path = filled(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2:2] = [b"\xff\0 no json\n", b"[1]\n", b'{"key": 1}\n', b'{"key": "x", "reason": "?"}\n']
    path.write_bytes(b"".join(lines))
    ledger = Ledger(tmp_path)
    check(ledger)
    ledger.close()
    assert read_photo_facts(tmp_path) == {"ab": FACTS}


@pytest.mark.parametrize("content", [b"", b"\n", b"hello", b'{"format": 99}\n{"key": "ab"}\n'])
def test_a_file_of_another_version_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LEDGER).write_bytes(content)
    assert read_photo_facts(tmp_path) == {}
    filled(tmp_path)
    ledger = Ledger(tmp_path)
    check(ledger)
    ledger.close()


def test_what_is_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    path = filled(tmp_path)
    ledger = Ledger(tmp_path)
    ledger.forget({"ab"})
    ledger.add_origin("file 1 2 x", Origin("cd"))
    ledger.close()
    assert [json.loads(line) for line in path.read_bytes().splitlines()][1:] == [
        {"key": "cd", "reason": "SVG drawing, not a photo", "detail": "why"},
        {"source": "zip 9 x", "key": "cd"},
        {"source": "file 1 2 x", "key": "cd"},
    ]
