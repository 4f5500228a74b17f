"""What each verb does with its arguments. Knows no algorithm."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.cli.inputs import check_judged, model_spec, names, topics_and_qrels
from mmdemo.errors import (
    CatalogError,
    EvaluationError,
    IndexMismatchError,
    LabelError,
    ModelError,
    SettingsError,
)
from mmdemo.records import Query, Ranking
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine

# Modules that load torch, gradio or scipy are imported by the verb that needs them.


def say(text: str = "") -> None:
    """Write a line of a verb's result."""
    print(text)  # noqa: T201


def import_(args: argparse.Namespace) -> None:
    """Read products and photos into a catalog folder; again, it takes what changed."""
    from mmdemo.catalog import ImportOptions, import_products, parse_mapping, preview_import

    mapping = parse_mapping(args.map)
    if args.dry_run:
        say(preview_import(args.source, mapping=mapping, encoding=args.encoding).to_text())
        return
    if args.catalog is None:
        raise SettingsError("no folder to import into", remedy="name one with --catalog DIR")
    options = ImportOptions(
        images=args.images,
        mapping=mapping,
        encoding=args.encoding,
        allow_private=args.allow_private,
        refresh_photos=args.refresh_photos,
    )
    report = import_products(args.source, args.catalog, options)
    say(report.to_text())
    say(f"catalog {args.catalog}; report in {args.catalog / 'import_report.json'}")


def catalog(args: argparse.Namespace) -> None:
    """Tell what is in a catalog: fields, photos, languages, twins, indexes."""
    from mmdemo.catalog import describe

    facts = describe(args.directory)
    if args.json:
        say(json.dumps(facts.to_json(), indent=2, ensure_ascii=False))
    else:
        say(facts.to_text())


def index(args: argparse.Namespace) -> None:
    """Embed a catalog; only what is new is encoded."""
    from mmdemo.catalog import DEFAULT_INDEX, Catalog
    from mmdemo.index import build_index
    from mmdemo.towers import load_towers

    settings = Settings.load(device=args.device, index_name=args.name)
    catalog = Catalog.open(args.catalog)
    text_spec = args.text_model and model_spec(args.text_model)
    towers = load_towers(model_spec(args.model), text_spec=text_spec, device=settings.device)
    manifest = build_index(
        catalog,
        towers,
        text_fields=names(args.text_fields),
        name=settings.index_name or DEFAULT_INDEX,
    )
    learned = f", fused by {', '.join(manifest.fusions)}" if manifest.fusions else ""
    say(
        f"indexed {manifest.count} products: {manifest.with_text} with text "
        f"({manifest.text_dimension} d), {manifest.with_image} with photo "
        f"({manifest.image_dimension} d){learned}"
    )


def use(args: argparse.Namespace) -> None:
    """Serve another of a catalog's indexes, such as a new model's; --back serves the one before."""
    from mmdemo.catalog import Catalog, index_before, serve_before, serve_index
    from mmdemo.index import read_manifest
    from mmdemo.search.others import why_gone

    if bool(args.name) == args.back:
        raise SettingsError("which index is to be served?", expected="its name, or --back")
    settings = Settings.load(index_name=args.name)
    catalog = Catalog.open(args.catalog)
    name = index_before(args.catalog) if args.back else settings.index_name
    manifest = read_manifest(catalog, name)
    if why := why_gone(manifest):
        raise ModelError(f"index {name} cannot be served: {why}")
    if args.back:
        serve_before(args.catalog)
    else:
        serve_index(args.catalog, name)
    say(f"{name} ({manifest.model}) is served from the next start of the server on")
    if (said := Settings.load().index_name) not in ("", name):
        say(f"MMDEMO_INDEX_NAME says {said}, which goes before it: unset it")
    if not args.back:
        say(f"go back with: mmdemo use --back --catalog {args.catalog}")


def search(args: argparse.Namespace) -> None:
    """Answer one query on the terminal."""
    image = None
    if args.image is not None:
        try:
            image = args.image.read_bytes()
        except OSError as error:
            raise SettingsError(f"{args.image} cannot be read: {error.strerror}") from error
    engine = _open(args.catalog, Settings.load(device=args.device))
    query = Query(args.query, image)
    rankings = engine.search(
        query, rankers=names(args.rankers), text_weight=args.weight, top_k=args.k
    )
    if args.json:
        weight = engine.weight_for(query, args.weight)
        say(json.dumps(_to_json(query, weight, rankings), indent=2, ensure_ascii=False))
        return
    for name, ranking in rankings.items():
        say(f"{name}: {ranking.missing}" if ranking.missing else name)
        for hit in ranking.hits:
            title = engine.catalog.get(hit.product_id).title or "(no title)"
            say(f"{hit.rank:>4}  {hit.score:8.4f}  {hit.product_id:<12} {title}")
        say()


def evaluate(args: argparse.Namespace) -> None:
    """Measure rankers on a set of queries with judgments."""
    from mmdemo.evaluate import COMPANIONS, depth_needed, rank_topics, to_markdown
    from mmdemo.evaluate import evaluate as measure
    from mmdemo.files import write_json
    from mmdemo.trec import write_run

    topics, qrels = topics_and_qrels(args)
    engine = _open(args.catalog, Settings.load(device=args.device))
    check_judged(engine.catalog, qrels, topics)
    rankings = rank_topics(
        engine,
        topics,
        names(args.rankers),
        text_weight=args.weight,
        top_k=depth_needed([*args.measures, *COMPANIONS]),
    )
    if args.runs:
        for name, by_topic in rankings.items():
            write_run(args.runs / f"{name.replace(':', '_')}.trec", by_topic)
    result = measure(rankings, qrels, args.measures, topic_ids=[topic.topic_id for topic in topics])
    say(to_markdown(result))
    say(f"weight of text: {engine.weights if args.weight is None else args.weight}")
    if args.json:
        write_json(args.json, result.to_json())


def tune(args: argparse.Namespace) -> None:
    """Find the best weight of text on judged queries and make it the catalog's default.

    Queries with a photo have a weight of their own where some are judged beside those in words.
    """
    from mmdemo.evaluate import tune_weight
    from mmdemo.search import store_weight

    settings = Settings.load(device=args.device)
    topics, qrels = topics_and_qrels(args)
    engine = _open(args.catalog, settings)
    check_judged(engine.catalog, qrels, topics)
    judged = [topic for topic in topics if qrels.get(topic.topic_id)]
    kinds = {
        "in words": [topic for topic in judged if topic.query.image is None],
        "with a photo": [topic for topic in judged if topic.query.image is not None],
    }
    if not all(kinds.values()):
        kinds = {"": topics}
    tunings = [tune_weight(engine, own, qrels, measure=args.measure) for own in kinds.values()]
    for kind, tuning in zip(kinds, tunings, strict=True):
        values = [value for _, value in tuning.curve]
        if max(values) == min(values):
            raise EvaluationError(
                f"the weight makes no difference on these queries {kind}".rstrip(),
                got=f"{tuning.measure} {values[0]:.4f} at every weight, over {tuning.queries} "
                "queries",
                remedy="give more judgments; the catalog's weight stays as it was",
            )
    words, photo = tunings[0], tunings[-1]
    how = words.to_json() if words is photo else words.to_json() | {"photo": photo.to_json()}
    store_weight(
        args.catalog,
        words.text_weight,
        how,
        engine.index_name,
        photo_weight=None if words is photo else photo.text_weight,
    )
    for kind, tuning in zip(kinds, tunings, strict=True):
        for weight, value in tuning.curve:
            mark = "  ← kept as the catalog's default" if weight == tuning.text_weight else ""
            say(f"{weight:5.2f}  {value:.4f}{mark}")
        say(" ".join([f"{tuning.measure} over {tuning.queries} queries", kind]).strip())


def add_run(args: argparse.Namespace) -> None:
    """Keep a TREC run with a catalog, so that it ranks beside the others as run:NAME."""
    from mmdemo.search import add_run as add

    count = add(args.catalog, args.name, args.run, args.queries)
    say(f"run:{args.name} answers {count} queries")


def serve(args: argparse.Namespace) -> None:
    """Serve the page."""
    _serve(Settings.load(None, catalog=args.catalog, **_serving(args)))


def demo(args: argparse.Namespace) -> None:
    """Serve the sample shop with its model, queries and truth."""
    _serve(replace(Settings.load(None, **_serving(args)), catalog=None))


def export(args: argparse.Namespace) -> None:
    """Write grades out as qrels, CSV or JSON lines."""
    from mmdemo.labels import Aggregation, ExportFormat, JudgmentStore
    from mmdemo.labels import export as write

    labels = Settings.load(labels=args.labels).labels
    file = Path(labels.removeprefix("sqlite:///"))
    if labels.startswith("sqlite:///") and not file.is_file():
        raise LabelError("there are no judgments", got=file, remedy="name their file with --labels")
    with JudgmentStore(labels) as store:
        result = write(
            store,
            ExportFormat(args.format),
            args.out or sys.stdout.buffer,
            campaign=args.campaign,
            include_open=args.include_open,
            rule=Aggregation(args.rule),
        )
    for note in result.notes:
        print(note, file=sys.stderr)  # noqa: T201
    if args.out:
        print(f"{result.written} lines in {args.out}", file=sys.stderr)  # noqa: T201


def _serving(args: argparse.Namespace) -> dict[str, object]:
    return {name: getattr(args, name) for name in ("labels", "host", "port", "judge", "device")}


def _serve(settings: Settings) -> None:
    from mmdemo.catalog import check_catalog
    from mmdemo.web.serve import serve as run

    if settings.catalog is not None:
        check_catalog(settings.catalog)  # at once; the engine opens when the page is there

    def open_engine() -> SearchEngine:
        if settings.catalog is None:
            return _open_demo(settings)
        return _open(settings.catalog, settings)

    run(settings, open_engine)


def _open_demo(settings: Settings) -> SearchEngine:
    from mmdemo.sample.demo import prepare_demo

    settings = replace(settings, index_name="")
    directory = settings.data / "demo"
    try:
        return _open(prepare_demo(directory, device=settings.device), settings)
    except (CatalogError, IndexMismatchError, ModelError):
        # Made by another version, or damaged: it can be made again.
        return _open(prepare_demo(directory, device=settings.device, again=True), settings)


def _open(catalog: Path, settings: Settings) -> SearchEngine:
    from mmdemo.search import SearchEngine

    return SearchEngine.open(catalog, device=settings.device, index_name=settings.index_name)


def _to_json(query: Query, weight: float, rankings: Mapping[str, Ranking]) -> dict[str, object]:
    return {
        "query": query.text,
        "query_id": query.query_id,
        "text_weight": weight,
        "rankings": {
            name: {"missing": ranking.missing, "hits": [asdict(hit) for hit in ranking.hits]}
            for name, ranking in rankings.items()
        },
    }
