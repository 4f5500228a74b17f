import pytest

from mmdemo.errors import TrainingError
from mmdemo.train import AlignConfig


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("epochs", 0, "epochs is not usable: got 0, expected more than 0"),
        ("learning_rate", -0.1, "learning_rate is not usable"),
        ("temperature", 0.0, "temperature is not usable"),
        ("batch_size", 1, "batch_size is not usable: got 1, expected at least 2, since"),
        ("weight_decay", -1.0, "weight_decay is not usable: got -1.0, expected 0 or more"),
        ("validation_pairs", -1, "validation_pairs is not usable"),
        ("seed", -1, "seed is not usable"),
        ("image_size", (96, 8), r"image_size is not usable: got \(96, 8\)"),
    ],
)
def test_choices_that_cannot_work_are_refused(name: str, value: object, message: str) -> None:
    choices = {"text_tower": "scratch", "image_tower": "resnet10t", name: value}
    with pytest.raises(TrainingError, match=message):
        AlignConfig(**choices)  # type: ignore[arg-type]


def test_every_choice_is_written_down() -> None:
    config = AlignConfig(text_tower="scratch", image_tower="resnet10t", seed=3)
    assert config.to_json() == {
        "text_tower": "scratch",
        "image_tower": "resnet10t",
        "pretrained": False,
        "image_size": (96, 96),
        "text_fields": (("title",),),
        "tune_text": False,
        "epochs": 20,
        "batch_size": 256,
        "learning_rate": 1e-3,
        "weight_decay": 0.05,
        "temperature": 0.07,
        "validation_pairs": 1000,
        "seed": 3,
    }
