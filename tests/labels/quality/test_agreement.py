"""Agreement equals the named libraries, published examples and values worked by hand."""

from __future__ import annotations

from collections.abc import Callable

import krippendorff
import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from mmdemo.labels import Pair, Vote
from mmdemo.labels.quality import Figure, agreement

Ballots = Callable[..., list[Vote]]

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers,
# twelve units, missing data. Ordinal α is 0.815 there.
OBSERVERS = {
    "a": "1 2 3 3 2 1 4 1 2 . . .",
    "b": "1 2 3 3 2 2 4 1 2 5 . 3",
    "c": ". 3 3 3 2 3 4 2 2 5 1 .",
    "d": "1 2 3 3 2 4 4 1 2 5 1 .",
}
# Fleiss (1971) as in Wikipedia's worked example: ten subjects, fourteen raters; κ is 0.210.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def as_table(rows: dict[str, str]) -> np.ndarray:
    return np.array(
        [[np.nan if c == "." else float(c) for c in row.split()] for row in rows.values()]
    )


class TestAlpha:
    def test_a_published_example_with_missing_grades(self, ballots: Ballots) -> None:
        found = agreement(ballots(**OBSERVERS)).alpha
        assert found.value == pytest.approx(0.815, abs=5e-4)
        assert found.n == 11  # the twelfth unit has one grade only
        expected = krippendorff.alpha(as_table(OBSERVERS), level_of_measurement="ordinal")
        assert found.value == pytest.approx(float(expected), abs=1e-12)

    def test_equals_the_library_on_random_grades(self, ballots: Ballots) -> None:
        rng = np.random.default_rng(5)
        for _ in range(20):
            cells = rng.choice(list("0123."), (int(rng.integers(2, 6)), 25))
            rows = {f"j{i}": " ".join(row) for i, row in enumerate(cells)}
            expected = krippendorff.alpha(
                as_table(rows), level_of_measurement="ordinal", value_domain=[0, 1, 2, 3]
            )
            found = agreement(ballots(**rows), resamples=2).alpha.value
            assert found == pytest.approx(float(expected), abs=1e-12)

    def test_by_hand(self, ballots: Ballots) -> None:
        # Two values, 0 0 | 1 1 | 0 1: coincidences o00 2, o11 2, o01 1 each way; n0 = n1 = 3.
        # Observed disagreement 2/6, expected 2·3·3 / (6·5) = 18/30: α = 1 - (1/3) / 0.6.
        found = agreement(ballots(ann="0 1 0", ben="0 1 1"))
        assert found.alpha.value == pytest.approx(1 - (1 / 3) / 0.6)
        assert found.raw.value == pytest.approx(2 / 3)

    def test_far_apart_is_worse_than_next_to_each_other(self, ballots: Ballots) -> None:
        near = agreement(ballots(ann="0 1 2 3 0 1 2 3", ben="0 1 2 3 1 1 2 3")).alpha.value
        far = agreement(ballots(ann="0 1 2 3 0 1 2 3", ben="0 1 2 3 3 1 2 3")).alpha.value
        assert near is not None
        assert far is not None
        assert near > far


class TestFleiss:
    def test_a_published_example(self, ballots: Ballots) -> None:
        raters = [
            [grade for grade, count in enumerate(row) for _ in range(count)] for row in FLEISS
        ]
        rows = {f"r{i:02}": " ".join(str(row[i]) for row in raters) for i in range(14)}
        found = agreement(ballots(**rows), resamples=2)
        assert found.fleiss.value == pytest.approx(0.210, abs=5e-4)
        assert found.fleiss.value == pytest.approx(float(fleiss_kappa(np.array(FLEISS))))
        assert (found.grades, found.fleiss.n) == (14, 10)

    def test_only_pairs_with_the_usual_number_of_grades_count(self, ballots: Ballots) -> None:
        rows = {"a": "0 1 2 3 . 1", "b": "0 1 1 3 2 0", "c": "0 . 2 2 2 ."}
        found = agreement(ballots(**rows))
        complete = np.array([[0, 0, 0], [2, 1, 2], [3, 3, 2]])  # the other three have two: a tie
        table, _ = aggregate_raters(complete)
        assert (found.grades, found.fleiss.n) == (3, 3)
        assert found.fleiss.value == pytest.approx(float(fleiss_kappa(table)))
        assert found.alpha.n == 6


class TestCohen:
    def test_equals_statsmodels(self, ballots: Ballots) -> None:
        rows = {
            "ann": "3 2 1 0 3 2 1 0 3 3 . 1",
            "ben": "3 2 1 0 2 2 0 0 3 . 1 1",
            "eva": ". . . . . . . . . . . 0",
        }
        found = {(c.one, c.other): c.kappa for c in agreement(ballots(**rows)).cohen}
        assert list(found) == [("ann", "ben"), ("ann", "eva"), ("ben", "eva")]
        table = np.zeros((4, 4), int)
        for one, other in zip(rows["ann"].split(), rows["ben"].split(), strict=True):
            if "." not in (one, other):
                table[int(one), int(other)] += 1
        expected = cohens_kappa(table)
        kappa = found["ann", "ben"]
        assert kappa.value == pytest.approx(float(expected.kappa))
        assert kappa.low == pytest.approx(float(expected.kappa_low))
        assert kappa.high == pytest.approx(min(1.0, float(expected.kappa_upp)))
        assert kappa.n == 10
        # One pair, 1 against 0: agreement 0, expected 0 too.
        assert found["ann", "eva"] == Figure(0.0, n=1)

    def test_by_hand(self, ballots: Ballots) -> None:
        # Agree on 7 of 10; ann says 1 five times, ben six: chance .5·.6 + .5·.4 = .5; κ .4.
        found = agreement(ballots(ann="1 1 1 1 1 0 0 0 0 0", ben="1 1 1 1 0 1 1 0 0 0"))
        (cohen,) = found.cohen
        assert cohen.kappa.value == pytest.approx(0.4)

    def test_judges_who_always_say_the_same(self, ballots: Ballots) -> None:
        (cohen,) = agreement(ballots(ann="2 2 2", ben="2 2 2")).cohen
        assert (cohen.kappa.value, cohen.kappa.n) == (None, 3)
        assert cohen.kappa.why == "all grades are the same"


class TestLittle:
    def test_all_grades_the_same(self, ballots: Ballots) -> None:
        found = agreement(ballots(ann="2 2 2", ben="2 2 .", cid=". 2 2"))
        assert found.alpha == Figure(None, n=3, why="all grades are the same")
        assert found.fleiss.value is None
        assert (found.raw.value, found.raw.low, found.raw.high) == (1.0, 1.0, 1.0)

    def test_one_judge(self, ballots: Ballots) -> None:
        found = agreement(ballots(ann="0 1 2 3"))
        for figure in (found.alpha, found.fleiss, found.raw):
            assert (figure.value, figure.why) == (None, "no pair was graded by two judges")
        assert (found.grades, found.cohen) == (0, ())

    def test_nobody(self) -> None:
        assert agreement([]).alpha.why == "no pair was graded by two judges"

    def test_one_pair(self, ballots: Ballots) -> None:
        found = agreement(ballots(ann="1", ben="3"))
        assert found.raw == Figure(0.0, n=1)  # no interval of one
        assert found.alpha == Figure(0.0, n=1)  # disagreement as by chance

    def test_final_votes_are_left_out(self, ballots: Ballots) -> None:
        given = ballots(ann="1 2", ben="1 2")
        given.append(Vote(Pair("q", "p000"), "lead", 3, final=True))
        assert agreement(given).raw == Figure(1.0, 1.0, 1.0, 2)


class TestIntervals:
    def test_queries_are_drawn_where_there_are_ten(self, ballots: Ballots) -> None:
        few = ballots(True, ann="0 1 2 3 0 1 2 3 0", ben="0 1 2 3 0 1 2 3 1")
        ten = ballots(True, ann="0 1 2 3 0 1 2 3 0 1", ben="0 1 2 3 0 1 2 3 1 1")
        assert [agreement(votes).resampled for votes in (few, ten)] == ["pairs", "queries"]

    def test_the_products_of_a_query_are_drawn_together(self, ballots: Ballots) -> None:
        # Ten queries of five products each, agreed on in half of the queries: drawing pairs would
        # take them for fifty independent ones, and be too sure by a factor of about √5.
        rows = [(q, p, 0, q % 2) for q in range(10) for p in range(5)]
        votes = [
            Vote(Pair(f"q{q}", f"p{p}"), judge, grade)
            for q, p, *grades in rows
            for judge, grade in zip(("ann", "ben"), grades, strict=True)
        ]
        raw = agreement(votes).raw
        assert (raw.value, raw.n) == (0.5, 50)
        assert raw.low is not None
        assert raw.high is not None
        # Ten coins: 2.5 % of samples have two heads or fewer (5.5 %), so the ends are 0.2 and 0.8.
        assert raw.low == pytest.approx(0.2)
        assert raw.high == pytest.approx(0.8)

    def test_the_interval_holds_the_truth_as_often_as_it_says(self) -> None:
        # Two judges who agree with chance 0.7, whatever the pair; 120 queries of one product.
        rng, held = np.random.default_rng(3), 0
        for seed in range(200):
            same = rng.random(120) < 0.7
            votes = [
                Vote(Pair(f"q{i}", "p"), judge, grade)
                for i, agreed in enumerate(same)
                for judge, grade in (("ann", 0), ("ben", 0 if agreed else 1))
            ]
            raw = agreement(votes, resamples=200, seed=seed).raw
            assert raw.low is not None
            assert raw.high is not None
            held += raw.low <= 0.7 <= raw.high
        assert 180 <= held <= 199  # 95 % of 200 is 190, with a standard deviation of 3

    def test_the_same_votes_give_the_same_interval(self, ballots: Ballots) -> None:
        votes = ballots(**OBSERVERS)
        assert agreement(votes) == agreement(votes[::-1])
        found = agreement(votes).alpha
        assert found.low is not None
        assert found.high is not None
        assert found.value is not None
        assert found.low < found.value < found.high
