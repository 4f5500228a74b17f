"""Every choice of a training run, checked when made. Knows no catalog and no model."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from mmdemo.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignConfig:
    """How an image tower is aligned with a text tower.

    Attributes:
        text_tower: SPEC of the text tower, or ``scratch`` for a small new one.
        image_tower: timm architecture.
        pretrained: start the image tower from timm's weights (needs a model hub).
        image_size: height and width in pixels the image tower sees.
        text_fields: product fields that make the text of a pair, joined; each entry of the
            tuple is one wording, and every step draws one of a product's wordings.
        tune_text: train the text tower too; always so for ``scratch``.
        epochs: passes over the catalog.
        batch_size: pairs a step; every other pair is a negative.
        learning_rate: peak of the one-cycle schedule.
        weight_decay: AdamW's.
        temperature: start of the learned temperature of the loss.
        validation_pairs: pairs held out to measure recall@10, at most a tenth of all.
        seed: of weights, order and augmentation.
    """

    text_tower: str
    image_tower: str
    pretrained: bool = False
    image_size: tuple[int, int] = (96, 96)
    text_fields: tuple[tuple[str, ...], ...] = (("title",),)
    tune_text: bool = False
    epochs: int = 20
    batch_size: int = 256
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    temperature: float = 0.07  # Radford et al. 2021
    validation_pairs: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "learning_rate", "temperature"):
            if getattr(self, name) <= 0:
                raise TrainingError(
                    f"{name} is not usable", got=getattr(self, name), expected="more than 0"
                )
        for name in ("weight_decay", "validation_pairs", "seed"):
            if getattr(self, name) < 0:
                raise TrainingError(
                    f"{name} is not usable", got=getattr(self, name), expected="0 or more"
                )
        if self.batch_size < 2:
            raise TrainingError(
                "batch_size is not usable",
                got=self.batch_size,
                expected="at least 2, since the other pairs of a batch are the negatives",
            )
        if min(self.image_size) < 16:
            raise TrainingError(
                "image_size is not usable", got=self.image_size, expected="at least 16 pixels"
            )

    def to_json(self) -> dict[str, object]:
        """All choices, for the run's folder and the model card."""
        return asdict(self)
