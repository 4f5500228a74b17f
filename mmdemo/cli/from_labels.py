"""`train --from-labels`: from grades to a better model beside the served one. Knows no step."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mmdemo.cli.analyzing import RULES
from mmdemo.cli.inputs import check_judged, names, topics_and_qrels, topics_asked
from mmdemo.cli.verbs import say
from mmdemo.errors import IndexMismatchError, LabelError, SettingsError
from mmdemo.records import Topic
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.index import Manifest
    from mmdemo.train import RecipeConfig, RecipeResult
    from mmdemo.train.before_after import BeforeAfter

# Modules that load torch are imported by the functions that need them.


def options(added: argparse.ArgumentParser) -> None:
    """Options of `train` that count with --from-labels."""
    group = added.add_argument_group(
        "from judgments",
        "fine-tune the served model by grades, index it beside that one, and compare the two",
    )
    group.add_argument(
        "--from-labels",
        nargs="?",
        const="",
        metavar="LABELS",
        help="learn from grades: those of this file or database URL (default: MMDEMO_LABELS, or "
        "the project's), or of --queries and --qrels; --queries alone says which, and their splits",
    )
    group.add_argument("--campaign", help="only grades of this campaign")
    group.add_argument(
        "--include-open", action="store_true", help="also grades given with rankers visible"
    )
    group.add_argument(
        "--rule",
        default="majority",
        choices=RULES,
        help="how several judges' grades become one (default %(default)s)",
    )
    group.add_argument(
        "--held-back",
        type=float,
        default=0.2,
        metavar="SHARE",
        help="of the graded queries, to compare with at the end (default %(default)s); queries "
        "marked validation go before it",
    )
    group.add_argument(
        "--index-as", metavar="NAME", help="name of the new index (default tuned-DATE)"
    )


class Grades(NamedTuple):
    """Queries, their judgments (topic id to product id to grade), and where those are from."""

    topics: Sequence[Topic]
    qrels: Mapping[str, Mapping[str, int]]
    source: Mapping[str, object]


def train(
    args: argparse.Namespace, catalog: Catalog, config: RecipeConfig, parent: Manifest
) -> RecipeResult:
    """Fine-tune, index the model beside the one before, and compare them."""
    from mmdemo.catalog import served_index
    from mmdemo.train import fine_tune, split_topics
    from mmdemo.train.card import add_section, learned_before

    settings = Settings.load(device=args.device)
    served = settings.index_name or served_index(args.catalog)
    if not 0 <= args.held_back < 1:
        raise SettingsError(
            "share of queries to hold back is not usable", got=args.held_back, expected="0 to 1"
        )
    name = _index_name(args, catalog, (config.text_tower, parent.model), served)
    grades = read_given(args)
    check_judged(catalog, grades.qrels, grades.topics)
    known = {
        topic: {product: grade for product, grade in own.items() if product in catalog.rows}
        for topic, own in grades.qrels.items()
    }
    training, held_back, left_out = split_topics(
        grades.topics,
        known,
        held_back=args.held_back,
        seed=config.seed,
        learned=learned_before(config.text_tower),
    )
    count = sum(len(known[topic.topic_id]) for topic in training)
    say(f"{count} grades of {len(training)} queries to learn from, {len(held_back)} held back")
    if left_out:
        told = ", ".join(f"{number} {reason}" for reason, number in left_out.items())
        say(f"graded queries left out: {told}")
    if held_back:
        _check_before(args, served, device=settings.device)
    result = fine_tune(
        catalog,
        training,
        known,
        config,
        args.out,
        held_back=held_back,
        source=grades.source,
        work=args.work,
        until=args.until,
        device=settings.device,
    )
    _index(catalog, result.spec, config, name, served=served, device=settings.device)
    if held_back:
        table = _compare(args, name, served, (held_back, grades.qrels), device=settings.device)
        add_section(args.out, "From judgments", table.to_markdown(), table.to_json())
        say()
        say(table.to_markdown())
        say()
    say(
        f"index {name} stands beside {served}; serve it: mmdemo use {name} --catalog {args.catalog}"
    )
    return result


def parent_of(args: argparse.Namespace, catalog: Catalog) -> tuple[Manifest, dict[str, Any]]:
    """The served index, and the choices for going on with its model or with --text-tower.

    Raises:
        SettingsError: text and photos of the served index have different models.
        IndexMismatchError: the catalog has no index.
    """
    from mmdemo.catalog import served_index
    from mmdemo.index import read_manifest
    from mmdemo.train.tuning import tuning_choices

    served = Settings.load().index_name or served_index(args.catalog)
    manifest = read_manifest(catalog, served)
    model = args.text_tower
    if model is None:
        if manifest.text_model != manifest.model:
            raise SettingsError(
                f"index {served} has two models",
                got=f"{manifest.text_model} for text, {manifest.model} for photos",
                expected="one for both",
                remedy="name an open_clip model to go on with: --text-tower SPEC",
            )
        model = manifest.model
    fields = names(args.text_fields) if args.text_fields else manifest.text_fields
    return manifest, tuning_choices(model, text_fields=fields)


def read_given(args: argparse.Namespace) -> Grades:
    """The grades of --qrels, or those of the label store."""
    from mmdemo.analyze import read_grades
    from mmdemo.labels import Aggregation, JudgmentStore

    if args.qrels:
        if not args.queries:
            raise SettingsError("--qrels come with their --queries")
        if args.from_labels or args.campaign:
            raise SettingsError("grades come from --qrels or from a label store, not from both")
        return Grades(*topics_and_qrels(args), source=given_files(args))
    labels = Settings.load(labels=args.from_labels or None).labels
    file = Path(labels.removeprefix("sqlite:///"))
    if labels.startswith("sqlite:///") and not file.is_file():
        raise LabelError(
            "there are no judgments", got=file, remedy="name their file: --from-labels FILE"
        )
    topics = topics_asked(args) if args.queries else None
    with JudgmentStore(labels) as store:
        grades = read_grades(
            store,
            campaign=args.campaign,
            include_open=args.include_open,
            rule=Aggregation(args.rule),
            topics=topics,
        )
    if grades.left_out:
        print(f"{grades.left_out} grades of other queries are left out", file=sys.stderr)  # noqa: T201
    return Grades(grades.topics, grades.qrels, source=_told(args, file, grades.version))


def given_files(args: argparse.Namespace) -> dict[str, object]:
    """What a card tells of --queries and --qrels: no folder of this machine."""
    return {"qrels": args.qrels.name, "queries": args.queries.name}


def _told(args: argparse.Namespace, file: Path, version: str) -> dict[str, object]:
    """What a card tells of grades of a label store: no folder and no address with a password."""
    told = {
        "labels": file.name if file.is_file() else "of a database",
        "campaign": version,
        "rule": args.rule,
        "include_open": args.include_open,
    }
    return told | ({"queries": args.queries.name} if args.queries else {})


def _index_name(
    args: argparse.Namespace, catalog: Catalog, parents: Sequence[str], served: str
) -> str:
    """Name for the new index; the one it has where the same command went so far before."""
    from mmdemo.index import MANIFEST_NAME, index_folder

    spec = f"local-dir:{args.out.resolve()}"
    if spec in parents:
        raise SettingsError(
            f"{args.out} holds the model that is to be gone on with", remedy="give another --out"
        )
    if args.index_as:
        name = Settings.load(index_name=args.index_as).index_name
        if name == served:
            raise SettingsError(
                f"index {name} is the one that is served", remedy="give another --index-as"
            )
        there = (index_folder(catalog.directory, name) / MANIFEST_NAME).exists()
        if there and not _made_by(catalog, name, spec):
            raise SettingsError(
                f"index {name} is of another model", remedy="give another --index-as"
            )
        return name
    folders = index_folder(catalog.directory, served).parent.glob(f"*/{MANIFEST_NAME}")
    taken = sorted(path.parent.name for path in folders)
    for name in taken:
        if name != served and _made_by(catalog, name, spec):
            return name
    day = time.strftime("tuned-%Y-%m-%d")
    more = (f"{day}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (day, *more) if name not in taken)


def _made_by(catalog: Catalog, name: str, spec: str) -> bool:
    """Whether an index is of the model."""
    from mmdemo.index import read_manifest

    with suppress(IndexMismatchError):
        return read_manifest(catalog, name).model == spec
    return False


def _index(
    catalog: Catalog, spec: str, config: RecipeConfig, name: str, *, served: str, device: str
) -> None:
    """Index the new model; the weights of text that were tuned for the old one hold for it too."""
    from mmdemo.index import build_index
    from mmdemo.search import read_weights, store_weight
    from mmdemo.towers import load_towers

    towers = load_towers(spec, device=device)
    build_index(catalog, towers, text_fields=config.text_fields, name=name)
    weights = read_weights(catalog.directory, served)
    how = {"of": f"index {served}"}
    store_weight(catalog.directory, weights.words, how, name, photo_weight=weights.photo)


def _check_before(args: argparse.Namespace, served: str, *, device: str) -> None:
    """Refuse a served index that cannot be ranked with before anything is trained.

    Raises:
        IndexMismatchError: it does not fit its model or the catalog.
        ModelError: its model cannot be loaded.
    """
    from mmdemo.search import SearchEngine

    SearchEngine.open(args.catalog, device=device, index_name=served)


def _compare(
    args: argparse.Namespace,
    name: str,
    served: str,
    held_back: tuple[Sequence[Topic], Mapping[str, Mapping[str, int]]],
    *,
    device: str,
) -> BeforeAfter:
    from mmdemo.search import SearchEngine
    from mmdemo.train.before_after import before_after

    engine = SearchEngine.open(args.catalog, device=device, index_name=name)
    return before_after(engine, served, *held_back)
