"""Every rule is offered under its own name."""

from mmdemo.fusion import LINEAR_RULES, RANK_RULES


def test_rules_by_name() -> None:
    assert list(LINEAR_RULES) == ["fused", "fused-centered", "fused-zscore", "fused-minmax"]
    assert list(RANK_RULES) == ["fused-rrf"]
    assert [rule.name for rule in LINEAR_RULES.values()] == list(LINEAR_RULES)
    assert [rule.name for rule in RANK_RULES.values()] == list(RANK_RULES)
