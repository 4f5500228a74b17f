from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mmdemo.catalog.alike import folded_words, group_by_value, group_close_hashes


def test_order_case_accents_and_punctuation_make_no_difference() -> None:
    assert folded_words("Tasse, RAYÉE – rouge (rouge)") == "rayee rouge tasse"
    assert folded_words("!?") == ""


def test_groups_are_those_of_two_and_more() -> None:
    values = {"a": "x", "b": "y", "c": "x", "d": "", "e": ""}
    assert group_by_value(values) == [["a", "c"]]


def test_hashes_within_two_bits_are_close() -> None:
    hashes = {"a": 0, "b": 0b11, "c": 0b111, "d": 1 << 63, "e": 0xFF00, "f": 0xFF00, "g": 0xF0F0F0}
    groups = {frozenset(group) for group in group_close_hashes(hashes)}
    assert groups == {frozenset("abd"), frozenset("ef")}
    assert group_close_hashes({}) == []
    assert group_close_hashes({"a": 5}) == []


@given(st.lists(st.integers(0, 2**64 - 1), max_size=12), st.lists(st.integers(0, 63), max_size=12))
def test_no_group_is_wider_than_its_first_allows(values: list[int], flips: list[int]) -> None:
    values += [value ^ (1 << bit) for value, bit in zip(values, flips, strict=False)]
    hashes = {str(i): value for i, value in enumerate(values)}
    groups = group_close_hashes(hashes)
    for first, *others in groups:
        assert all((hashes[first] ^ hashes[other]).bit_count() <= 2 for other in others)
    grouped = {name for group in groups for name in group}
    # Who is alone is close to nobody who is alone too.
    for one, other in combinations(sorted(set(hashes) - grouped), 2):
        assert (hashes[one] ^ hashes[other]).bit_count() > 2
