"""Make campaigns, change what may be changed, grow their pools. Knows no judge's work."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from mmdemo.errors import CampaignLockedError, LabelError, NoCampaignError
from mmdemo.labels.campaigns import progress
from mmdemo.labels.campaigns.campaign import Campaign, Clock, State, now
from mmdemo.labels.campaigns.definition import LOCKED, Definition, check_name, parse_definition
from mmdemo.labels.campaigns.guidelines import Example, Guidelines, newest, write_version
from mmdemo.labels.campaigns.pool import Gold, PoolQuery, check_gold, check_queries, pooled
from mmdemo.labels.campaigns.progress import Overview, PairProgress
from mmdemo.labels.campaigns.ranking import rank_again, rank_pool
from mmdemo.labels.campaigns.rows import (
    add_pairs,
    add_queries,
    campaign_of,
    find_campaign,
    known_campaign,
    merge_pairs,
    set_campaign,
)
from mmdemo.labels.campaigns.tables import CAMPAIGNS, assignments, campaigns, pool, queries
from mmdemo.labels.checks import check_text
from mmdemo.labels.database import Database
from mmdemo.labels.schema import NOTES
from mmdemo.records import Query, Topic


class CampaignStore:
    """The campaigns in the database of the judgments."""

    def __init__(self, database: Database, *, clock: Clock = now) -> None:
        """Make the tables where they are missing.

        Raises:
            LabelError: the database cannot be used, and what to do about it.
        """
        self._database, self._clock = database, clock
        database.prepare(CAMPAIGNS)
        database.prepare(NOTES)  # on queries: see `query_notes`

    def create(
        self,
        name: str,
        definition: Definition,
        pool_queries: Sequence[PoolQuery],
        *,
        by: str,
        title: str = "",
        catalog_id: str = "",
        gold: Sequence[Gold] = (),
        markdown: str = "",
        examples: Sequence[Example] = (),
        seed: int | None = None,
    ) -> Campaign:
        """Make a draft with its pool and the first version of its guidelines.

        Args:
            name: part of its address; for ever.
            pool_queries: with what the definition's rankers list for them.
            by: who makes it.
            catalog_id: of the catalog that was ranked.
            gold: pairs whose grade is known; those in no ranking are added to the pool.
            seed: drawn at random if None.

        Raises:
            LabelError: a value is not usable, or there is a campaign of this name.
        """
        check_name(name)
        check_text("title", title, 300)
        check_queries(pool_queries, gold)
        check_gold(definition, gold)
        seed = secrets.randbelow(2**31) if seed is None else seed
        with self._database.writing() as connection:
            if find_campaign(connection, name) is not None:
                raise LabelError(
                    "there is a campaign of this name", got=name, remedy="choose another name"
                )
            connection.execute(
                insert(campaigns).values(
                    name=name,
                    title=title or name,
                    catalog_id=catalog_id,
                    definition=definition.model_dump_json(),
                    state=State.DRAFT,
                    seed=seed,
                    guidelines=1,
                    ranked_at=0,
                    created_by=by,
                    created_at=self._clock(),
                )
            )
            write_version(connection, name, Guidelines(1, markdown, tuple(examples)), by=by)
            add_queries(connection, name, pool_queries)
            found = pooled(pool_queries, depth=definition.depth, seed=seed)
            add_pairs(connection, name, definition, found, gold, batch=0)
            rank_pool(connection, name)
            return known_campaign(connection, name)

    def get(self, name: str) -> Campaign:
        """A campaign.

        Raises:
            NoCampaignError: there is none of this name.
        """
        with self._database.reading() as connection:
            return known_campaign(connection, name)

    def all(self) -> list[Campaign]:
        """All campaigns, the newest first."""
        asked = select(campaigns).order_by(campaigns.c.created_at.desc(), campaigns.c.name)
        with self._database.reading() as connection:
            return [campaign_of(row) for row in connection.execute(asked)]

    def set_state(self, name: str, state: State) -> Campaign:
        """Open a campaign for judges, or close it; grades that come late are still kept."""
        with self._database.writing() as connection:
            known_campaign(connection, name)
            set_campaign(connection, name, state=State(state))
            return known_campaign(connection, name)

    def change(self, name: str, changes: Mapping[str, object]) -> Campaign:
        """Change parts of the definition.

        Raises:
            CampaignLockedError: judging has begun, and the scale or the pool rule would change.
            LabelError: a value is not usable.
        """
        with self._database.writing() as connection:
            campaign = known_campaign(connection, name)
            old = campaign.definition
            new = parse_definition(old.model_dump(mode="json") | dict(changes))
            differ = [part for part in LOCKED if getattr(old, part) != getattr(new, part)]
            if differ and campaign.locked_at is not None:
                raise CampaignLockedError(
                    f"{' and '.join(differ)} cannot change, judging has begun",
                    remedy="make another campaign; a pool can grow",
                )
            for part in ("rankers", "depth"):
                if part in differ:  # the pool has to be made anew
                    raise LabelError(f"{part} cannot change by itself", remedy="grow the pool")
            check_gold(new, _gold(connection, name))
            set_campaign(connection, name, definition=new.model_dump_json())
            if "judges_per_pair" in differ:
                connection.execute(
                    update(pool)
                    .where(pool.c.campaign == name, pool.c.needed > 0)
                    .values(needed=new.judges_per_pair)
                )
            rank_pool(connection, name)
            return known_campaign(connection, name)

    def grow(
        self,
        name: str,
        pool_queries: Sequence[PoolQuery],
        *,
        rankers: Sequence[str] = (),
        depth: int | None = None,
    ) -> int:
        """Add what more rankers, or the same ones deeper down, find; nothing is asked twice.

        A pair that is in the pool stays as it is, with its grades; only where it was found is
        written down. Queries that the campaign does not have are added.

        Args:
            pool_queries: with what the rankers list for them, those of before included.
            rankers: to be in the pool from now on besides those of before.
            depth: from now on; not less than before.

        Returns:
            How many pairs are new.

        Raises:
            LabelError: depth is less than before, or the queries cannot be used.
        """
        check_queries(pool_queries, ())
        with self._database.writing() as connection:
            campaign = known_campaign(connection, name)
            old = campaign.definition
            depth = old.depth if depth is None else depth
            if depth < old.depth:
                raise LabelError(
                    "a pool cannot shrink", got=f"depth {depth}", expected=f"{old.depth} or more"
                )
            names = tuple(dict.fromkeys((*old.rankers, *rankers)))
            values = old.model_dump(mode="json") | {"rankers": names, "depth": depth}
            new = parse_definition(values)
            there = set(
                connection.scalars(select(queries.c.query_id).where(queries.c.campaign == name))
            )
            fresh = [query for query in pool_queries if query.query_id not in there]
            add_queries(connection, name, fresh, position=len(there))
            found = pooled(pool_queries, depth=depth, seed=campaign.seed)
            added = merge_pairs(connection, name, new, found)
            set_campaign(connection, name, definition=new.model_dump_json())
            rank_pool(connection, name)
            return added

    def requeue(
        self,
        name: str,
        *,
        pair: int | None = None,
        query_id: str | None = None,
        judge: str | None = None,
    ) -> int:
        """Ask for one more grade of a pair, of all pairs of a query, or of all a judge graded.

        Nothing is deleted: the grades that are there stay, and stay regular.

        Returns:
            How many pairs are asked again.

        Raises:
            LabelError: not exactly one of the three is given.
        """
        if sum(value is not None for value in (pair, query_id, judge)) != 1:
            raise LabelError("what to ask again is not clear", expected="a pair, query or judge")
        chosen = update(pool).where(pool.c.campaign == name, pool.c.gold.is_(None))
        if pair is not None:
            chosen = chosen.where(pool.c.id == pair)
        if query_id is not None:
            chosen = chosen.where(pool.c.query_id == query_id)
        if judge is not None:
            graded = select(assignments.c.pair).where(
                assignments.c.campaign == name,
                assignments.c.judge == judge,
                assignments.c.state == "done",
                assignments.c.kind == "regular",
            )
            chosen = chosen.where(pool.c.id.in_(graded))
        with self._database.writing() as connection:
            known_campaign(connection, name)
            return connection.execute(chosen.values(needed=pool.c.needed + 1)).rowcount

    def write_guidelines(
        self, name: str, markdown: str, *, by: str, examples: Iterable[Example] | None = None
    ) -> Guidelines:
        """Keep a new version of the guidelines; answers say which one they were given under.

        Args:
            examples: those of the version before if None.
        """
        with self._database.writing() as connection:
            before = newest(connection, known_campaign(connection, name).name)
            kept = before.examples if examples is None else tuple(examples)
            new = Guidelines(before.version + 1, markdown, kept)
            write_version(connection, name, new, by=by)
            set_campaign(connection, name, guidelines=new.version)
            return new

    def guidelines(self, name: str) -> Guidelines:
        """The newest version of the guidelines."""
        with self._database.reading() as connection:
            known_campaign(connection, name)
            return newest(connection, name)

    def overview(self, name: str, *, judges: Sequence[str] = ()) -> Overview:
        """How far a campaign is, by query and by judge, and what stands in its way.

        Args:
            judges: who may judge in it, as far as is known.
        """
        moment = self._clock()
        with self._database.reading() as connection:
            campaign = known_campaign(connection, name)
            total = progress.progress(connection, name, moment)
            return Overview(
                total,
                progress.by_query(connection, name),
                progress.by_judge(connection, name, moment),
                progress.pool_size(connection, name),
                progress.warnings(connection, campaign, total, judges),
            )

    def pairs(self, name: str, query_id: str) -> list[PairProgress]:
        """How far each pair of a query is."""
        with self._database.reading() as connection:
            known_campaign(connection, name)
            return progress.of_query(connection, name, query_id)

    def topics(self, name: str, read_photo: Callable[[str], bytes]) -> list[Topic]:
        """The queries of a campaign, to be ranked again.

        Args:
            read_photo: the bytes of a kept photo.
        """
        asked = select(queries).where(queries.c.campaign == name).order_by(queries.c.position)
        with self._database.reading() as connection:
            known_campaign(connection, name)
            rows = connection.execute(asked).all()
        return [
            Topic(
                row.topic_id or row.query_id,
                Query(row.text, read_photo(row.photo) if row.photo else None),
            )
            for row in rows
        ]

    def query_text(self, name: str, query_id: str) -> str:
        """The words of a query.

        Raises:
            NoCampaignError: the campaign has no such query.
        """
        asked = select(queries.c.text).where(
            queries.c.campaign == name, queries.c.query_id == query_id
        )
        with self._database.reading() as connection:
            text = connection.scalar(asked)
        if text is None:
            raise NoCampaignError("the campaign has no such query", got=query_id[:100])
        return str(text)

    def rank_again(self, name: str) -> int:
        """Put the pool in order anew where the strategy looks at the grades, if enough are new.

        Returns:
            How many pairs have another place now.
        """
        return rank_again(self._database, name)


def _gold(connection: Connection, name: str) -> list[Gold]:
    asked = select(pool).where(pool.c.campaign == name, pool.c.gold.is_not(None))
    return [
        Gold(row.query_id, row.product_id, row.gold, row.gold_why, row.training)
        for row in connection.execute(asked)
    ]
