from collections.abc import Callable

import pytest

from mmdemo.analyze import Options, Study
from mmdemo.analyze.values import values
from mmdemo.evaluate import measure_queries, parse_measures


@pytest.mark.parametrize("measure", ["nDCG@10", "nDCG@3", "P@5", "RR", "nDCG@40"])
def test_values_are_those_of_ir_measures(random_study: Callable[..., Study], measure: str) -> None:
    study = random_study(25, better={"text": 1.0}, judged=0.6)
    expected = measure_queries(study.rankings["text"], study.qrels, parse_measures([measure]))
    found = values(study.rankings["text"], study.qrels, study.judged, Options(measure=measure))
    assert found == pytest.approx(list(next(iter(expected.values())).values()), abs=1e-9)
