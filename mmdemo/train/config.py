"""Every choice of a training run, checked when made. Knows no catalog and no model."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError

from mmdemo.errors import TrainingError

STEPS = ("domain", "text", "image", "fusion")
"""The recipe's steps, in their order."""


def part_of(step: str) -> str:
    """The part of a recipe that has a step's choices; networks share those of `fusion`."""
    return step if step in STEPS else "fusion"


SAME = "same"
"""In place of an image tower's name: that of the text tower's model."""
_STRICT = ConfigDict(extra="forbid")  # a misspelled choice is a mistake
_SHARES = {
    "keep": 100.0,
    "keep_scores": 1e5,
    "average": 1.0,
    "hard_negatives": 16.0,
    "modality_dropout": 1.0,
    "dropped_words": 1.0,
}  # name → the most
# Choices that a step has no use for: the domain has no queries to mine for, and no rows from before
# to stay near; networks compute little.
_WITHOUT_EFFECT = {
    "domain": ("hard_negatives", "bystanders", "keep", "keep_scores"),
    "fusion": ("half",),
}
# What an image tower that has learned before starts with: the rate and the hold of the text tower,
# which has, too.
_GENTLY: Mapping[str, Mapping[str, float]] = {
    "domain": {"learning_rate": 5e-5},
    "image": {"learning_rate": 5e-5, "keep": 0.5},
}
_MOST_SEED = 10**14  # PyTorch's seeds have 64 bits, and a run's is this one's times 100,003


@dataclass(frozen=True, slots=True, kw_only=True)
class StepConfig:
    """What every step has.

    Attributes:
        epochs: passes over the training pairs; 0 leaves the step out.
        batch_size: pairs a step of the optimizer; the other pairs' answers are negatives.
        learning_rate: peak of the one-cycle schedule.
        weight_decay: AdamW's.
        temperature: start of the learned temperature of the loss.
        patience: epochs without a better validation measure after which the step ends.
        hard_negatives: mined hard negatives that a pair brings along; a fraction is the share of
            pairs that bring one.
        bystanders: products that a batch brings along whoever asks, so that `keep_scores` holds
            what judges have not seen.
        keep: weight of staying near the rows that the step's tower gave before.
        keep_scores: weight of leaving the scores of products as they were that nobody has judged
            for a query; a model that learns from what rankers found would forget the rest.
        half: compute in bfloat16; None: yes on a CUDA card that has it, no elsewhere.
    """

    epochs: int
    batch_size: int = 256
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    temperature: float = 0.07  # Radford et al. 2021
    patience: int = 3
    hard_negatives: float = 0.0
    bystanders: int = 0
    keep: float = 0.0
    keep_scores: float = 0.0
    half: bool | None = None
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainConfig(StepConfig):
    """Image tower (and text tower) on the catalog's own photos and texts.

    Attributes:
        wordings: product fields or attributes that make one text, joined; each entry is one
            wording, and every pair draws one of a product's wordings.
        tune_text: train the text tower along; always so for ``scratch``.
        text_learning_rate: of the text tower, where it is trained along.
        head_learning_rate: of the new layer on top of timm's weights (`pretrained`).
    """

    epochs: int = 12
    learning_rate: float = 2e-3
    wordings: tuple[tuple[str, ...], ...] = (("title",),)
    tune_text: bool = False
    text_learning_rate: float = 2e-5
    head_learning_rate: float = 2e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig(StepConfig):
    """Query ↔ product text.

    Attributes:
        average: share of the untouched weights in the tuned ones, 0 to 1 (Wortsman et al. 2022,
            arXiv 2109.01903).
        tune_embeddings: train the word embeddings too; words that no query has then drift apart
            from those that do.
    """

    epochs: int = 3
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    temperature: float = 0.05
    hard_negatives: float = 0.25
    keep: float = 0.5
    average: float = 0.0
    tune_embeddings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig(StepConfig):
    """Query ↔ product photo; the text tower stays."""

    epochs: int = 6
    learning_rate: float = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionConfig(StepConfig):
    """Query ↔ fused product vector; the encoders stay.

    Attributes:
        networks: learned fusions by name.
        options: constructor arguments of a network, by its name.
        modality_dropout: share of products that lose their text or their photo in a batch.
        dropped_words: share of products whose title has lost words that their attributes say.
        text_weight: weight of text at the start, in networks that are new.
        go_on: start from the networks that the parent model has, where it has them.
        average: share of the weights from before in the tuned ones, as in the text tower's.
    """

    epochs: int = 10
    batch_size: int = 512
    learning_rate: float = 1e-3
    temperature: float = 0.05
    hard_negatives: float = 0.5
    networks: tuple[str, ...] = ("fused-mlp", "fused-gate", "fused-attention", "fused-moe")
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    modality_dropout: float = 0.1
    dropped_words: float = 0.4
    text_weight: float = 0.5
    go_on: bool = False
    average: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeConfig:
    """The whole recipe (arXiv 2603.04836).

    Attributes:
        text_tower: SPEC of the text tower, or ``scratch`` for a small new one.
        image_tower: timm architecture; of a SPEC that has an image tower too, ``same`` goes on
            with it.
        pretrained: start the image tower from timm's weights (needs a model hub).
        image_size: height and width in pixels the image tower sees; None: the tower's own where
            the recipe goes on with one, else 96 × 96.
        text_fields: product fields that make a product's text, joined.
        queries: how many queries to make of a catalog that has none.
        validation_products: products held out to measure on, at most a tenth of all.
        validation_queries: queries held out, at most a tenth of all.
        micro_batch: rows encoded at a time where a batch does not fit in memory.
        half_weights: store the weights in float16, half the space.
        seed: of weights, order, queries and augmentation.
    """

    text_tower: str
    image_tower: str = SAME
    pretrained: bool = False
    image_size: tuple[int, int] | None = None
    text_fields: tuple[str, ...] = ("title",)
    queries: int = 40_000
    validation_products: int = 2000
    validation_queries: int = 400
    micro_batch: int | None = None
    half_weights: bool = False
    seed: int = 0
    domain: DomainConfig = DomainConfig()
    text: TextConfig = TextConfig()
    image: ImageConfig = ImageConfig()
    fusion: FusionConfig = FusionConfig()
    __pydantic_config__ = _STRICT

    def __post_init__(self) -> None:
        for name in STEPS:
            _check_step(name, getattr(self, name))
        for name in ("queries", "validation_products", "validation_queries"):
            _check(getattr(self, name) >= 0, name, getattr(self, name), "0 or more")
        _check(0 <= self.seed <= _MOST_SEED, "seed", self.seed, f"0 to {_MOST_SEED}")
        _check(
            self.micro_batch is None or self.micro_batch > 1,
            "micro_batch",
            self.micro_batch,
            "rows, 2 or more",
        )
        size = self.image_size
        _check(size is None or min(size) >= 16, "image_size", size, "at least 16 pixels")

    def to_json(self) -> dict[str, Any]:
        """All choices, for the run's folder and the model card; `from_json` reads it."""
        values: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read choices; what is not named keeps its default.

        Defaults of an image tower that has learned before (``same``, `pretrained`) are gentler than
        those of a new one, which the classes tell.

        Raises:
            TrainingError: a name is unknown, or a value is not usable.
        """
        try:
            return TypeAdapter(cls).validate_python(_with_defaults(values))
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] == "missing" and len(first["loc"]) == 1:
                name = str(first["loc"][-1])
                raise TrainingError(
                    f"recipe: no {name}", expected=f"--{name.replace('_', '-')}"
                ) from error
            raise TrainingError(
                f"recipe: {'.'.join(map(str, first['loc']))}: {first['msg']}",
                got=repr(first["input"])[:200],
            ) from error

    def without(self, step: str) -> Self:
        """The same recipe with a step left out."""
        left_out: dict[str, Any] = {step: replace(getattr(self, step), epochs=0)}
        return replace(self, **left_out)


def _with_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Choices with the defaults that depend on other choices."""
    if values.get("image_tower", SAME) != SAME and not values.get("pretrained"):
        return dict(values)
    steps = {name: values.get(name, {}) for name in _GENTLY}
    gently = {
        name: {**_GENTLY[name], **own} for name, own in steps.items() if isinstance(own, Mapping)
    }
    return {**values, **gently}


def read_config(path: Path) -> dict[str, Any]:
    """Read a TOML or JSON file of choices, such as the `recipe.json` of another run.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        content = path.read_text(encoding="utf-8")
        values = json.loads(content) if path.suffix == ".json" else tomllib.loads(content)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise TrainingError(f"{path} is no recipe", got=type(values).__name__, expected="a table")
    return values


def set_choice(values: dict[str, Any], assignment: str) -> None:
    """Put a choice written as ``image.epochs=8`` into a recipe's values; the value is TOML.

    Raises:
        TrainingError: it is not written so.
    """
    name, equals, text = assignment.partition("=")
    try:
        value = tomllib.loads(f"value = {text}")["value"] if equals else None
    except ValueError:
        value = text  # a word without quotes
    if value is None or not name.strip() or not text.strip():
        raise TrainingError("a choice is not usable", got=assignment, expected="step.name=value")
    *path, last = name.strip().split(".")
    for part in path:
        values = values.setdefault(part, {})
        if not isinstance(values, dict):
            raise TrainingError("a choice is not usable", got=assignment)
    values[last] = value


def _check_step(step: str, config: StepConfig) -> None:
    rates = ("learning_rate", "text_learning_rate", "head_learning_rate")
    for name in ("batch_size", *rates, "temperature", "patience"):
        value = getattr(config, name, 1)
        _check(value > 0, f"{step}.{name}", value, "more than 0")
    for name in ("epochs", "bystanders"):
        value = getattr(config, name)
        _check(value >= 0, f"{step}.{name}", value, "0 or more")
    _check(config.weight_decay >= 0, f"{step}.weight_decay", config.weight_decay, "0 or more")
    _check(
        config.batch_size >= 2,
        f"{step}.batch_size",
        config.batch_size,
        "at least 2, since the other pairs of a batch are the negatives",
    )
    for name, most in _SHARES.items():
        value = getattr(config, name, 0.0)
        _check(0 <= value <= most, f"{step}.{name}", value, f"0 to {most:g}")
    for name in _WITHOUT_EFFECT.get(step, ()):
        value = getattr(config, name)
        _check(not value, f"{step}.{name}", value, "nothing: it has no effect in this step")


def _check(usable: bool, name: str, got: object, expected: str) -> None:
    if not usable:
        raise TrainingError(f"{name} is not usable", got=got, expected=expected)
