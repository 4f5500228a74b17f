"""What is known of each judge, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scipy.stats import binomtest

from mmdemo.labels import Answer, Pair
from mmdemo.labels.quality import Figure, judge_qualities, pace, quality, too_fast
from mmdemo.labels.quality.judges import repeated

Make = Callable[..., Answer]


def by_name(answers: list[Answer], gold: dict[Pair, int] | None = None):  # type: ignore[no-untyped-def]
    return {found.judge: found for found in judge_qualities(answers, gold or {})}


class TestBias:
    def test_less_the_mean_of_the_others(self, answer: Make) -> None:
        answers = [
            answer("ann", "q/a", 3),
            answer("ben", "q/a", 1),
            answer("cid", "q/a", 2),
            answer("ann", "q/b", 2),
            answer("ben", "q/b", 2),
            answer("ann", "q/c", 3),  # alone: tells nothing
        ]
        found = by_name(answers)
        # ann: 3 - 1.5 and 2 - 2; ben: 1 - 2.5 and 2 - 2; cid: 2 - 2.
        assert found["ann"].bias.value == pytest.approx(0.75)
        assert found["ben"].bias.value == pytest.approx(-0.75)
        assert found["cid"].bias == Figure(0.0, n=1)
        assert (found["ann"].bias.n, found["ann"].answers) == (2, 3)

    def test_a_judge_who_is_always_one_higher(self, answer: Make) -> None:
        answers = [answer("low", f"q{i}/p", i % 3) for i in range(12)]
        answers += [answer("high", f"q{i}/p", i % 3 + 1) for i in range(12)]
        found = by_name(answers)
        assert found["high"].bias == Figure(1.0, 1.0, 1.0, 12)
        assert found["low"].bias == Figure(-1.0, -1.0, -1.0, 12)

    def test_what_is_no_vote_does_not_count(self, answer: Make) -> None:
        answers = [
            answer("ann", "q/a", 3),
            answer("ben", "q/a", None, said="cant_tell"),
            answer("cid", "q/a", 0, kind="training"),
            answer("dan", "q/a", 0, kind="adjudication"),
            answer("eva", "q/a", 0, kind="extra"),
            answer("fay", "q/a", None, said="skipped"),
            answer("gus", "q/a", None),  # withdrawn
        ]
        found = by_name(answers)
        assert found["ann"].bias == Figure(None, why="nobody else graded the same pairs")
        assert list(found) == ["ann", "ben", "cid", "eva", "fay"]
        assert [(j.cant_tell, j.skipped) for j in found.values()] == [
            (0, 0),
            (1, 0),
            (0, 0),
            (0, 0),
            (0, 1),
        ]


class TestRepeats:
    def test_share_of_equal_grades(self, answer: Make) -> None:
        answers = [
            answer("ann", "q/a", 3),
            answer("ann", "q/a", 3, kind="repeat", repeat=1),
            answer("ann", "q/b", 2),
            answer("ann", "q/b", 0, kind="repeat", repeat=1),
            answer("ann", "q/b", 2, kind="repeat", repeat=2),
            answer("ann", "q/c", None, said="cant_tell"),
            answer("ann", "q/c", 1, kind="repeat", repeat=1),  # nothing to compare with
            answer("ben", "q/d", 1, kind="repeat", repeat=1),  # the first was ann's to give
        ]
        found = repeated(answers)
        assert found.value == pytest.approx(2 / 3)
        assert found.n == 3
        wilson = binomtest(2, 3).proportion_ci(method="wilson")
        assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))
        assert by_name(answers)["ben"].repeats == Figure(None, why="no pair was graded again")


class TestGold:
    def test_share_of_right_grades_training_apart(self, answer: Make) -> None:
        gold = {Pair("q", "a"): 3, Pair("q", "b"): 0, Pair("q", "t"): 1}
        answers = [
            answer("ann", "q/a", 3, kind="gold"),
            answer("ann", "q/b", 1, kind="gold"),
            answer("ann", "q/t", 1, kind="training"),
            answer("ann", "q/z", 3, kind="gold"),  # its right grade was taken away
            answer("ann", "q/c", 3),
            answer("ben", "q/a", None, kind="gold", said="cant_tell"),
        ]
        found = by_name(answers, gold)
        assert (found["ann"].gold.value, found["ann"].gold.n) == (0.5, 2)
        assert (found["ann"].training.value, found["ann"].training.n) == (1.0, 1)
        assert found["ben"].gold.why == "no gold pair was graded"
        assert quality(answers, gold=gold).gold.value == 0.5


class TestHaste:
    def test_a_quarter_of_the_median(self, answer: Make) -> None:
        times = [0.9, 1.1, 4.0, 4.0, 4.0, 5.0, 60.0]
        answers = [answer("ann", f"q/{i}", 1, seconds=s) for i, s in enumerate(times)]
        answers += [answer("ann", "q/t", 1, seconds=0.1, kind="training")]
        answers += [answer("ben", "q/0", 1)]
        found = too_fast(answers)
        assert (found.median, found.below) == (4.0, 1.0)
        assert found.share.value == pytest.approx(1 / 7)
        assert found.share.n == 7
        assert too_fast(answers, below=4.5).share.value == pytest.approx(5 / 7)

    def test_the_median_is_everybodys(self, answer: Make) -> None:
        answers = [answer("slow", f"q/{i}", 1, seconds=8) for i in range(6)]
        answers += [answer("fast", f"q/{i}", 1, seconds=1) for i in range(4)]
        found = by_name(answers)
        assert found["fast"].too_fast.value == 1.0
        assert found["slow"].too_fast.value == 0.0
        assert found["fast"].median_seconds == 1

    def test_without_times(self, answer: Make) -> None:
        found = too_fast([answer("ann", "q/a", 1)])
        assert (found.median, found.below) == (None, None)
        assert found.share == Figure(None, why="no answer says how long it took")


class TestPace:
    def test_pauses_do_not_count(self, answer: Make) -> None:
        # Every 10 s, a pause of an hour, then every 20 s, past midnight.
        seconds = [0, 10, 20, 3620, 3640, 3660, 43_200]
        found = pace([answer("ann", "q/a", 1, at=s).moment for s in reversed(seconds)])
        assert found.per_hour == pytest.approx(4 / 60 * 3600)
        assert found.days == (("2026-03-01", 6), ("2026-03-02", 1))
        assert found.first.isoformat() == "2026-03-01T12:00:00+00:00"
        assert found.last.isoformat() == "2026-03-02T00:00:00+00:00"

    @pytest.mark.parametrize("seconds", [[0], [0, 0], [0, 301]])
    def test_too_little_to_tell(self, answer: Make, seconds: list[int]) -> None:
        assert pace([answer("ann", "q/a", 1, at=s).moment for s in seconds]).per_hour is None
