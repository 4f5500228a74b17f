import pytest

from mmdemo.analyze.kinds import MEANINGS, Kind, kinds


@pytest.mark.parametrize(
    ("text", "image", "fused", "expected"),
    [
        (0.2, 0.7, 0.7, [Kind.PHOTO_RESCUED]),
        (0.7, 0.2, 0.7, [Kind.TEXT_RESCUED]),
        (0.7, 0.2, 0.5, [Kind.PHOTO_HURT, Kind.TEXT_RESCUED]),
        (0.2, 0.7, 0.5, [Kind.PHOTO_RESCUED, Kind.TEXT_HURT]),
        (0.5, 0.5, 0.8, [Kind.FOUND]),
        (0.0, 0.0, 0.5, [Kind.FOUND]),
        (0.5, 0.6, 0.3, [Kind.PHOTO_HURT, Kind.TEXT_HURT]),
        (0.05, 0.0, 0.09, [Kind.BOTH_FAILED]),
        (0.5, 0.5, 0.52, [Kind.EVEN]),
        (0.5, 0.5, 0.55, [Kind.FOUND]),  # exactly visible, in spite of rounding
        (0.5, 0.52, 0.45, [Kind.PHOTO_HURT, Kind.TEXT_HURT]),
        (1.0, 1.0, 1.0, [Kind.EVEN]),
    ],
)
def test_what_fusion_did(text: float, image: float, fused: float, expected: list[Kind]) -> None:
    assert list(kinds(text, image, fused)) == expected


def test_every_kind_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Kind)
