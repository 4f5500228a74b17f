"""Run the steps of the recipe, each from where the one before left off. Knows no loss.

Domain tuning → query ↔ product text → query ↔ product photo → fusion networks. What a step makes
is kept in the working folder under a name that all its choices and everything before it go into:
an interrupted run goes on, a repeated one is done at once, and recipes that differ in a late step
share the early ones.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from torch import nn

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.files import write_json
from mmdemo.fusion import (
    LEARNED,
    LearnedFusion,
    fusion_folder,
    save_fusion,
)
from mmdemo.towers.base import hash_weights, pick_device
from mmdemo.towers.openclip import (
    CONFIG_NAME,
    LOCAL_DIR,
    RESIZING,
    load_open_clip,
    photo_resizer,
)
from mmdemo.train.alignment import ImageAlignment, TextAlignment
from mmdemo.train.averaging import average
from mmdemo.train.card import CARD_NAME, write_card
from mmdemo.train.config import STEPS, FusionConfig, RecipeConfig, StepConfig
from mmdemo.train.data import TrainingData, lay_out
from mmdemo.train.domain import DomainTuning
from mmdemo.train.encoders import PhotoEncoder, TextEncoder, half_pays
from mmdemo.train.finished import train_once
from mmdemo.train.fusing import FusionTraining, ProductRows
from mmdemo.train.loop import Task, Trained, memory_told, train
from mmdemo.train.model import TrainableModel, build_model, round_to_half, save_model
from mmdemo.train.networks import make_networks
from mmdemo.train.pairs import catalog_pairs
from mmdemo.train.photos import PixelArray, load_pixels
from mmdemo.train.queries import TrainingQueries, make_queries
from mmdemo.train.rows import encode_products, read_rows, write_rows

_log = logging.getLogger(__name__)
_FORMAT = 2  # of what steps leave behind
_CHOICES_NAME = "recipe.json"


@dataclass(frozen=True, slots=True)
class RecipeResult:
    """What a run reached.

    Attributes:
        spec: the model, ready for `mmdemo index --model`.
        steps: how each step went, by its name; networks under theirs.
    """

    spec: str
    steps: dict[str, Trained]

    @property
    def seconds(self) -> float:
        """Wall-clock time of all steps, of other processes too."""
        return sum(step.seconds for step in self.steps.values())

    def measure(self, step: str) -> float:
        """The validation measure that a step has reached."""
        return self.steps[step].measures[self.steps[step].best]


def run_recipe(
    catalog: Catalog,
    config: RecipeConfig,
    out: Path,
    *,
    queries: TrainingQueries | None = None,
    data: TrainingData | None = None,
    work: Path | None = None,
    until: str = STEPS[-1],
    device: str = "auto",
    judgments: Mapping[str, object] | None = None,
) -> RecipeResult:
    """Train, and save an open_clip `local-dir:` model with its fusions in `out`.

    Args:
        catalog: products and photos.
        config: every choice; steps of 0 epochs are left out.
        out: folder of the model.
        queries: what to align with; made of the catalog by default.
        data: the same, laid out already.
        work: where steps are kept; `out`/training by default.
        until: the last step to run.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        judgments: what the card says of those that were learned from.

    Raises:
        TrainingError: too little to train on, a loss that is not a number, out of memory, or
            another model is in `out`.
        ModelError: a tower cannot be loaded.
    """
    _refuse_other_models(out, config)
    run = _Run(catalog, config, work or out / "training", pick_device(device))
    run.prepare(data or lay_out(catalog, queries or _made(catalog, config), config))
    for step in STEPS[: STEPS.index(until) + 1]:
        if getattr(config, step).epochs:
            getattr(run, f"run_{step}")()
    return run.save(out, judgments)


def _refuse_other_models(out: Path, config: RecipeConfig) -> None:
    """A model that no recipe made, or that this one starts from, must not be written over."""
    made_here = (out / _CHOICES_NAME).is_file()
    if not made_here and (out / CONFIG_NAME).is_file():
        raise TrainingError(f"{out} holds another model", remedy="give another --out")
    parent = config.text_tower.removeprefix(LOCAL_DIR)
    if parent != config.text_tower and Path(parent).resolve() == out.resolve():
        raise TrainingError(f"{out} is the model to start from", remedy="give another --out")


class _Run:
    """A model on its way through the steps."""

    def __init__(self, catalog: Catalog, config: RecipeConfig, work: Path, device: str) -> None:
        self.catalog, self.work, self.device = catalog, work, device
        self.steps: dict[str, Trained] = {}
        self.networks: dict[str, LearnedFusion] = {}
        with memory_told(None):
            self.built: TrainableModel = build_model(config, device=device)
            self._untrained = (
                make_networks(config, dimension=self.built.dimension, device=device)
                if config.fusion.epochs
                else {}
            )
        self.config = replace(config, image_size=self.built.image_size)
        # What the model has been through: a hash of all choices and data so far.
        self.past = hash_weights(
            self.built.model.state_dict(), json.dumps(self.built.config, sort_keys=True), _FORMAT
        )

    def prepare(self, data: TrainingData) -> None:
        """Take the data, and write down what is to be done."""
        self.data = data
        write_json(self.work / _CHOICES_NAME, self.config.to_json())
        preprocess = self.built.config["preprocess_cfg"]
        resizing = [preprocess.get(name) for name in RESIZING]
        told = hashlib.sha256(repr((self.data.photos, self.built.image_size, resizing)).encode())
        self._pixels_path = self.work / f"photos-{told.hexdigest()[:12]}.npy"
        self._pixels: PixelArray | None = None
        _log.info(
            "%d products and %d queries to train on, %d and %d held out",
            len(self.data.training),
            len(self.data.asked),
            len(self.data.validation),
            len(self.data.held_out),
        )

    def run_domain(self) -> None:
        """Photos ↔ the catalog's own texts."""
        config = self.config
        pairs, rows = catalog_pairs(self.catalog, config.domain.wordings)
        held = np.flatnonzero(np.isin(rows, self.data.validation))

        def task() -> Task:
            return DomainTuning(
                self.built,
                pairs,
                config,
                photos=self._photo_encoder(config.domain),
                texts=self._text_encoder(config.domain),
                photo_of=self.data.photo_of[rows],
                held_out=held,
                device=self.device,
            )

        both = self.built.tune_text
        module = self.built.model if both else self.built.model.visual
        data = hashlib.sha256(pairs.fingerprint.encode() + held.tobytes()).hexdigest()
        self._run("domain", config.domain, module, task, data=data)

    def run_text(self) -> None:
        """Query ↔ product text."""
        config, tower = self.config, self.built.model.text

        def task() -> Task:
            return TextAlignment(self.data, self._text_encoder(config.text), tower, config)

        data = self.data.fingerprint
        self._run("text", config.text, tower, task, data=data, average_by=config.text.average)

    def run_image(self) -> None:
        """Query ↔ product photo."""
        config, tower = self.config, self.built.model.visual

        def task() -> Task:
            return ImageAlignment(
                self.data,
                self._photo_encoder(config.image),
                tower,
                config,
                texts=self._text_encoder(config.text),
                device=self.device,
            )

        self._run("image", config.image, tower, task, data=self.data.fingerprint)

    def run_fusion(self) -> None:
        """Every network of the recipe, over the same rows of frozen encoders."""
        config = self.config.fusion
        rows: ProductRows | None = None
        before = self.past
        for name, network in self._untrained.items():
            options = dict(config.options.get(name, {}))
            own = replace(config, networks=(name,), options={name: options} if options else {})
            start = network.fingerprint if config.go_on else ""

            def task(network: LearnedFusion = network, own: FusionConfig = own) -> Task:
                nonlocal rows
                rows = rows or self._encode()
                return FusionTraining(
                    network, self.data, rows, own, seed=self.config.seed, device=self.device
                )

            self.past = before
            data = self.data.fingerprint + start
            self._run(name, own, network, task, data=data, average_by=config.average)
            self.networks[name] = network

    def save(self, out: Path, judgments: Mapping[str, object] | None = None) -> RecipeResult:
        """Replace the model's folder; its card comes last.

        What an earlier run left goes first, so that nothing of it stands beside new weights.
        """
        half = self.config.half_weights
        for module in (self.built.model, *self.networks.values()) if half else ():
            round_to_half(module)
        for name in (CONFIG_NAME, CARD_NAME, "README.md"):  # the first makes a model of a folder
            (out / name).unlink(missing_ok=True)
        for name in LEARNED:
            if fusion_folder(out, name).is_dir():
                shutil.rmtree(fusion_folder(out, name))
        write_json(out / _CHOICES_NAME, self.config.to_json())
        save_model(self.built, out, half=half)
        spec = f"local-dir:{out}"
        text, image = load_open_clip(f"local-dir:{out.resolve()}", device="cpu")
        for name, network in self.networks.items():
            save_fusion(
                network,
                fusion_folder(out, name),
                text_fingerprint=text.fingerprint,
                image_fingerprint=image.fingerprint,
                trained={"text_fields": self.config.text_fields, "seed": self.config.seed},
                half=half,
            )
        result = RecipeResult(spec, self.steps)
        write_card(
            out, self.config, self.catalog, result.steps, data=self.data, judgments=judgments
        )
        return result

    def _run(
        self,
        step: str,
        config: StepConfig,
        module: nn.Module,
        make_task: Callable[[], Task],
        *,
        data: str,
        average_by: float = 0.0,
    ) -> None:
        """Train a step, or take what an earlier process has left of it.

        `average_by`: share of the weights from before in those that it leaves.
        """
        identity: dict[str, object] = {
            "step": step,
            "choices": json.loads(json.dumps(asdict(config))),
            "seed": self.config.seed,
            "micro_batch": self.config.micro_batch,
            "before": self.past,
            "data": data,
        }
        key = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]
        folder = self.work / f"{step}-{key}"

        def run() -> Trained:
            before = {name: value.clone() for name, value in module.state_dict().items()}
            task = make_task()
            trained = train(
                task,
                config,
                folder,
                identity=identity,
                seed=self.config.seed,
                micro_batch=self.config.micro_batch,
            )
            return average(task, trained, before, share=average_by) if average_by else trained

        self.steps[step] = train_once(step, module, folder=folder, identity=identity, run=run)
        self.past = key

    def _encode(self) -> ProductRows:
        """What the towers say now of every product and query; kept for the next process."""
        told = hashlib.sha256(
            repr((self.past, self.data.fingerprint, self.catalog.fingerprint, self.config.seed))
            .encode()
        )  # fmt: skip
        path = self.work / f"rows-{told.hexdigest()[:12]}.pt"
        if path.is_file():
            return read_rows(path)
        texts, photos = self._text_encoder(self.config.text), self._photo_encoder(self.config.image)
        rows = encode_products(self.data, texts, photos, seed=self.config.seed)
        write_rows(rows, path)
        return rows

    def _text_encoder(self, config: StepConfig) -> TextEncoder:
        return TextEncoder(self.built, device=self.device, half=self._half(config))

    def _photo_encoder(self, config: StepConfig) -> PhotoEncoder:
        if self._pixels is None:
            self._pixels = load_pixels(
                self.catalog,
                self.data.photos,
                resize=photo_resizer(self.built.config["preprocess_cfg"], self.built.image_size),
                size=self.built.image_size,
                path=self._pixels_path,
            )
        return PhotoEncoder(self.built, self._pixels, device=self.device, half=self._half(config))

    def _half(self, config: StepConfig) -> bool:
        return half_pays(self.device) if config.half is None else config.half


def _made(catalog: Catalog, config: RecipeConfig) -> TrainingQueries:
    if not config.queries:
        raise TrainingError(
            "there are no queries to learn from",
            got="queries=0",
            remedy="give judged ones (--queries with --qrels), or have some made: "
            "--set queries=40000",
        )
    return make_queries(catalog, count=config.queries, seed=config.seed)
