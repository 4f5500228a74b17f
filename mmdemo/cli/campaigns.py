"""The verb `campaign`: make one, see how far it is, open, close and grow it. Knows no table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.cli.analyzing import RULES
from mmdemo.errors import LabelError, SettingsError
from mmdemo.files import write_bytes
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.labels import JudgmentStore
    from mmdemo.labels.campaigns import Campaign, Overview
    from mmdemo.records import Topic
    from mmdemo.search import SearchEngine

# What loads torch is imported where it is needed.
_SENT = (
    "name",
    "title",
    "depth",
    "scale",
    "judges_per_pair",
    "repeat_share",
    "gold_share",
    "training",
    "strategy",
    "random_share",
    "lease_minutes",
    "seed",
    "open",
)


def campaign(args: argparse.Namespace) -> None:
    """Have several people grade one pool of what rankers found."""
    raise AssertionError("one of its own verbs is required")  # by `options`


def create(args: argparse.Namespace) -> None:
    """Rank queries, put what was found into a pool, and make a campaign of it."""
    from pydantic import ValidationError

    from mmdemo.labels import JudgmentStore
    from mmdemo.labels.campaigns import CampaignStore
    from mmdemo.labels.campaigns.definition import problem_of
    from mmdemo.labels.campaigns.presets import DESIRABILITY
    from mmdemo.web.api.campaign_bodies import CampaignBody
    from mmdemo.web.api.campaign_making import make, material
    from mmdemo.web.photos import QueryPhotos

    settings = Settings.load(labels=args.labels, device=args.device)
    values = {name: getattr(args, name) for name in _SENT if getattr(args, name) is not None}
    values["rankers"] = _names(args.rankers)
    values["gold"] = _text(args.gold) if args.gold else ""
    if args.guidelines:
        values["guidelines"] = _text(args.guidelines)
    if args.desirability:
        values["questions"] = (DESIRABILITY.model_dump(),)
    try:
        asked = CampaignBody.model_validate(values)
    except ValidationError as error:
        raise SettingsError(problem_of(error)) from None
    with JudgmentStore(settings.labels) as store:
        campaigns = CampaignStore(store.database)
        engine = _engine(args.catalog, settings)
        topics = _topics(engine, args.queries)
        made_of = material(engine, QueryPhotos.beside_labels(settings), asked, topics)
        made = make(campaigns, asked, made_of, by=settings.judge)
        _say(store, made)


def status(args: argparse.Namespace) -> None:
    """Tell how far campaigns are."""
    from mmdemo.labels.campaigns import CampaignStore

    with _store(args.labels) as store:
        campaigns = CampaignStore(store.database)
        found = [campaigns.get(args.name)] if args.name else campaigns.all()
        if not found:
            print("no campaign yet")  # noqa: T201
        for one in found:
            overview = _say(store, one)
            if args.name:
                _say_more(overview)


def open_(args: argparse.Namespace) -> None:
    """Open a campaign for its judges, also one that was closed."""
    _set_state(args, "open")


def close(args: argparse.Namespace) -> None:
    """Close a campaign; grades that come late are still kept."""
    _set_state(args, "closed")


def grow(args: argparse.Namespace) -> None:
    """Add what more rankers, or the same ones deeper down, find; nothing is asked twice."""
    from mmdemo.labels import JudgmentStore
    from mmdemo.labels.campaigns import CampaignStore
    from mmdemo.web.photos import QueryPhotos
    from mmdemo.web.pooling import pool_queries

    settings = Settings.load(labels=args.labels, device=args.device)
    photos = QueryPhotos.beside_labels(settings)
    with JudgmentStore(settings.labels) as store:
        campaigns = CampaignStore(store.database)
        old = campaigns.get(args.name)
        engine = _engine(args.catalog, settings)
        if old.catalog_id not in ("", engine.catalog.catalog_id):
            raise LabelError(
                "the pool is of another catalog",
                got=engine.catalog.catalog_id,
                expected=old.catalog_id,
            )
        wanted = _names(args.rankers) if args.rankers else ()
        rankers = tuple(dict.fromkeys((*old.definition.rankers, *wanted)))
        depth = args.depth or old.definition.depth
        topics = campaigns.topics(args.name, photos.read)
        if args.queries:
            known = {topic.query.query_id for topic in topics}
            more = _topics(engine, args.queries)
            topics += [topic for topic in more if topic.query.query_id not in known]
        queries = pool_queries(engine, topics, rankers, depth, photos)
        added = campaigns.grow(args.name, queries, rankers=rankers, depth=depth)
        print(f"{added} new pairs")  # noqa: T201
        _say(store, campaigns.get(args.name))


def export(args: argparse.Namespace) -> None:
    """Write all of a campaign with a manifest, or check that the same comes out again."""
    from mmdemo.labels import Aggregation, JudgmentStore, NoteStore
    from mmdemo.labels.exchange import (
        bundle,
        differences,
        read_manifest,
        read_plan,
        write_folder,
        write_zip,
    )

    if (args.out is None) == (args.check is None):
        raise SettingsError("what to do is not clear", expected="--out FOLDER or --check MANIFEST")
    url = Settings.load(labels=args.labels).labels
    _check_there(url)
    told = read_manifest(args.check) if args.check else None
    if told is not None and told["campaign"] != args.name:
        raise LabelError(
            "the manifest is of another campaign", got=told["campaign"], expected=args.name
        )
    with JudgmentStore(url) as store, NoteStore(url) as notes:
        made = bundle(
            store,
            read_plan(store.database, args.name),
            notes=notes,
            rule=Aggregation(told["rule"] if told else args.rule),
            extras=bool(told["extras"]) if told else args.extras,
            until=told["until"]["event"] if told else None,
            notes_until=told["until"]["note"] if told else None,
        )
    if told is not None:
        differ = differences(told, made)
        if differ:
            for line in differ:
                print(line, file=sys.stderr)  # noqa: T201
            raise LabelError(
                "the export does not come out the same", got=f"{len(differ)} differences"
            )
        print(f"the same {len(made.files)} files come out")  # noqa: T201
    elif args.out.suffix.lower() == ".zip":
        write_bytes(args.out, write_zip(made))
        print(f"{len(made.files)} files in {args.out}")  # noqa: T201
    else:
        write_folder(made, args.out)
        print(f"{len(made.files)} files in {args.out}")  # noqa: T201


def options(added: argparse.ArgumentParser) -> None:
    """The verbs of `mmdemo campaign` and their options."""
    known = added.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, function: object, *, is_named: bool = True) -> argparse.ArgumentParser:
        summary = (function.__doc__ or "").strip().splitlines()[0]
        own = known.add_parser(name, help=summary, description=summary)
        own.set_defaults(verb=function)
        own.add_argument("name", nargs=None if is_named else "?", metavar="NAME")
        own.add_argument("--labels", help="file or database URL of the judgments")
        return own

    _create(verb("create", create))
    verb("status", status, is_named=False)
    verb("open", open_)
    verb("close", close)
    own = verb("export", export)
    own.add_argument("--out", type=Path, metavar="FOLDER", help="folder, or NAME.zip")
    own.add_argument("--check", type=Path, metavar="MANIFEST", help="make it again and compare")
    own.add_argument(
        "--rule",
        default="majority",
        choices=RULES,
        help="how several judges' grades become one (default %(default)s)",
    )
    own.add_argument(
        "--extras", action="store_true", help="also grades that came after a pair had enough"
    )
    own = verb("grow", grow)
    _ranked(own)
    own.add_argument("--rankers", help="besides those of before")
    own.add_argument("--depth", type=int, help="not less than before")


def _create(own: argparse.ArgumentParser) -> None:
    _ranked(own)
    own.add_argument("--title", help="what judges read (default: the name)")
    own.add_argument("--rankers", default="text,image,fused", help="default %(default)s")
    own.add_argument("--depth", type=int, help="products of each ranker (default 10)")
    own.add_argument("--scale", choices=["esci", "graded", "binary"], help="default esci")
    own.add_argument("--desirability", action="store_true", help="ask a second question")
    own.add_argument("--judges-per-pair", type=int, metavar="N", help="default 3")
    own.add_argument("--strategy", choices=["by_query", "by_depth", "most_decisive"])
    own.add_argument("--random-share", type=float, help="of blocks drawn at random (default 0.1)")
    own.add_argument("--repeat-share", type=float, help="hidden repeats (default 0.05)")
    own.add_argument(
        "--gold", type=Path, help="CSV: query_id or query, product_id, grade; why, training"
    )
    own.add_argument("--gold-share", type=float, help="of gold pairs mixed in (default 0.05)")
    own.add_argument("--training", type=int, help="how many gold pairs are asked first")
    own.add_argument("--guidelines", type=Path, help="Markdown")
    own.add_argument("--lease-minutes", type=float, help="a pair waits for a judge (default 10)")
    own.add_argument("--seed", type=int, help="of everything drawn at random")
    own.add_argument("--open", action="store_true", help="judging may begin at once")


def _ranked(own: argparse.ArgumentParser) -> None:
    own.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    own.add_argument("--queries", type=Path, help="CSV: query_id, query, or photo (default: own)")
    own.add_argument("--device", help="auto, cpu, cuda or mps (default auto)")


def _store(labels: str | None) -> JudgmentStore:
    """The judgments of a database that is there."""
    from mmdemo.labels import JudgmentStore

    url = Settings.load(labels=labels).labels
    _check_there(url)
    return JudgmentStore(url)


def _check_there(url: str) -> None:
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.is_file():
        raise LabelError("there are no judgments", got=file, remedy="name their file with --labels")


def _set_state(args: argparse.Namespace, state: str) -> None:
    from mmdemo.labels.campaigns import CampaignStore, State

    with _store(args.labels) as store:
        _say(store, CampaignStore(store.database).set_state(args.name, State(state)))


def _say(store: JudgmentStore, campaign: Campaign) -> Overview:
    from mmdemo.labels.campaigns import CampaignStore

    judges = _judges(store, campaign.name)
    overview = CampaignStore(store.database).overview(campaign.name, judges=judges)
    total = overview.total
    share = f"{100 * total.done / total.needed:.0f} %" if total.needed else "nothing to do"
    parts = (
        f"{campaign.name}: {campaign.state}",
        _counted(total.queries, "query"),
        _counted(total.pairs, "pair"),
        f"{_counted(campaign.definition.judges_per_pair, 'judge')} per pair",
        f"{total.done} of {total.needed} grades ({share})",
        f"{_counted(len(total.judges), 'judge')} so far",
    )
    print(", ".join(parts))  # noqa: T201
    for warning in overview.warnings:
        print(f"  {warning}")  # noqa: T201
    return overview


def _judges(store: JudgmentStore, name: str) -> list[str]:
    """Who may judge: while there are no users, whoever is at this machine."""
    from mmdemo.labels.accounts import Accounts

    accounts = Accounts(store.database)
    return accounts.members.judges(name) if accounts.exist() else [Settings.load().judge]


def _say_more(overview: Overview) -> None:
    for ranker, pairs in overview.pool.found_by.items():
        only = overview.pool.only_by.get(ranker, 0)
        print(f"  {ranker} found {pairs} pairs, {only} of them alone")  # noqa: T201
    for judge in overview.judges:
        print(f"  {judge.judge}: {judge.done} answers, {judge.today} today")  # noqa: T201
    unfinished = [query for query in overview.queries if query.done < query.needed]
    print(f"  {len(unfinished)} queries are not finished")  # noqa: T201
    if overview.total.hours_left is not None:
        left = overview.total.hours_left
        print(f"  {overview.total.per_hour} grades in the last hour, {left:.1f} hours left")  # noqa: T201


def _engine(catalog: Path, settings: Settings) -> SearchEngine:
    from mmdemo.search import SearchEngine

    return SearchEngine.open(catalog, device=settings.device, index_name=settings.index_name)


def _topics(engine: SearchEngine, queries: Path | None) -> list[Topic]:
    from mmdemo.trec import read_topics
    from mmdemo.web.pooling import topics_of_catalog

    topics = read_topics(queries) if queries else topics_of_catalog(engine.catalog)
    if not topics:
        raise LabelError("the catalog has no queries of its own", remedy="name some with --queries")
    return topics


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read", got=error) from None


def _names(text: str) -> Sequence[str]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"
