"""One grade of several: each rule, with ties, and Dawid and Skene's as crowd-kit has it."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene

from mmdemo.cli.analyzing import RULES
from mmdemo.errors import LabelError
from mmdemo.labels import Aggregation, Pair, Vote, aggregate, by_topic, combine

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def votes_of(table: Mapping[str, str]) -> list[Vote]:
    """``{"p1": "a3 b0"}``: ann gives p1 a 3, and b gives it a 0."""
    return [
        Vote(Pair("q", product), given[0], int(given[1]))
        for product, cell in table.items()
        for given in cell.split()
    ]


@pytest.mark.parametrize(
    ("grades", "majority", "median", "mean", "lowest"),
    [
        ([2], 2, 2, 2, 2),
        ([3, 0], 0, 0, 1, 0),  # halfway is the lower
        ([3, 3, 0], 3, 3, 2, 0),
        ([0, 1, 3, 3], 3, 1, 2, 0),  # mean 1.75
        ([1, 2, 2, 1], 1, 1, 1, 1),
        ([0, 0, 3, 3, 3], 3, 3, 2, 0),  # mean 1.8
        ([0, 0, 1], 0, 0, 0, 0),
    ],
)
def test_one_grade_of_several(
    grades: list[int], majority: int, median: int, mean: int, lowest: int
) -> None:
    plain = ["majority", "median", "mean", "lowest"]
    assert [aggregate(grades, Aggregation(r)) for r in plain] == [majority, median, mean, lowest]
    assert aggregate(grades) == majority
    votes = [Vote(Pair("q", "p"), f"judge{i}", grade) for i, grade in enumerate(grades)]
    combined = [combine(votes, Aggregation(rule))[Pair("q", "p")] for rule in plain]
    assert combined == [majority, median, mean, lowest]


def test_the_command_line_offers_every_rule() -> None:
    assert list(RULES) == list(Aggregation)


def test_pairs_come_in_the_order_of_their_ids() -> None:
    votes = [
        Vote(Pair(q, p), "ann", g) for q, p, g in [("r", "a", 1), ("q", "b", 2), ("q", "a", 0)]
    ]
    assert list(combine(votes).items()) == [(("q", "a"), 0), (("q", "b"), 2), (("r", "a"), 1)]
    assert by_topic(combine(votes)) == {"q": {"a": 0, "b": 2}, "r": {"a": 1}}
    assert combine([]) == {}


class TestAdjudicatedFirst:
    votes = (
        *votes_of({"p1": "a3 b0 c0", "p2": "a2 b2"}),
        Vote(Pair("q", "p1"), "lead", 2, final=True, moment=NOON),
    )

    def test_a_third_person_has_the_last_word(self) -> None:
        assert combine(self.votes, Aggregation.ADJUDICATED) == {("q", "p1"): 2, ("q", "p2"): 2}

    @pytest.mark.parametrize(
        ("rule", "grade"), [("majority", 0), ("median", 0), ("mean", 1), ("lowest", 0)]
    )
    def test_other_rules_leave_it_out(self, rule: str, grade: int) -> None:
        assert combine(self.votes, Aggregation(rule))[Pair("q", "p1")] == grade

    def test_of_several_the_last_holds(self) -> None:
        later = Vote(Pair("q", "p1"), "chief", 1, final=True, moment=NOON + timedelta(seconds=1))
        for order in ([*self.votes, later], [later, *self.votes]):
            assert combine(order, Aggregation.ADJUDICATED)[Pair("q", "p1")] == 1

    def test_a_pair_that_only_a_third_person_graded(self) -> None:
        alone = [self.votes[-1]]
        assert combine(alone, Aggregation.ADJUDICATED) == {("q", "p1"): 2}
        assert combine(alone, Aggregation.MAJORITY) == {}


# Missing grades, ties, and a judge (c) who turns the scale around.
TABLE = {
    "p1": "a3 b3 c0",
    "p2": "a0 b0 c3",
    "p3": "a3 c0",
    "p4": "b0 c3",
    "p5": "a2 b2",
    "p6": "a3 b3 c0",
    "p7": "c3",
}


class TestDawidSkene:
    def test_equals_crowd_kit(self) -> None:
        rows = [(v.pair.product_id, v.judge, v.grade) for v in votes_of(TABLE)]
        frame = pd.DataFrame(rows, columns=["task", "worker", "label"])
        with pytest.warns(DeprecationWarning):  # of crowd-kit's own use of pandas
            expected = DawidSkene(n_iter=100).fit_predict(frame)
        found = combine(votes_of(TABLE), Aggregation.DAWID_SKENE)
        assert {pair.product_id: grade for pair, grade in found.items()} == expected.to_dict()
        # The judge who turns the scale around is understood: that is what the rule is for.
        assert (found[Pair("q", "p3")], found[Pair("q", "p7")]) == (3, 0)

    def test_order_does_not_matter_and_ties_go_to_the_lower(self) -> None:
        votes = votes_of(TABLE)
        rule = Aggregation.DAWID_SKENE
        assert combine(votes[::-1], rule) == combine(votes, rule)
        assert combine(votes_of({"p": "a3 b1"}), rule) == {("q", "p"): 1}

    @pytest.mark.parametrize(("table", "expected"), [({}, {}), ({"p": "a2"}, {("q", "p"): 2})])
    def test_little(self, table: dict[str, str], expected: dict[tuple[str, str], int]) -> None:
        assert combine(votes_of(table), Aggregation.DAWID_SKENE) == expected

    def test_needs_judges(self) -> None:
        with pytest.raises(LabelError, match="hand over votes with judges"):
            aggregate([1, 2], Aggregation.DAWID_SKENE)

    def test_without_crowd_kit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = builtins.__import__

        def refuse(name: str, *args: object, **options: object) -> object:
            if name.startswith("crowdkit"):
                raise ImportError("No module named 'crowdkit'")
            return original(name, *args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(builtins, "__import__", refuse)
        with pytest.raises(LabelError, match="pip install crowd-kit"):
            combine(votes_of({"p": "a2"}), Aggregation.DAWID_SKENE)
