"""Keep every version of a campaign's guidelines. Knows no page."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from mmdemo.errors import LabelError
from mmdemo.labels.campaigns.campaign import now
from mmdemo.labels.campaigns.tables import guidelines
from mmdemo.labels.checks import check_text

MAX_MARKDOWN = 100_000
MAX_EXAMPLES = 50


@dataclass(frozen=True, slots=True)
class Example:
    """A pair that the guidelines show, with its grade and why."""

    query: str
    product_id: str
    grade: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Guidelines:
    """What judges are told, in Markdown; versions count from 1."""

    version: int
    markdown: str
    examples: tuple[Example, ...] = ()


def write_version(connection: Connection, campaign: str, new: Guidelines, *, by: str) -> None:
    """Keep a version.

    Raises:
        LabelError: it is too long, or cannot be stored.
    """
    check_text("guidelines", new.markdown, MAX_MARKDOWN)
    if len(new.examples) > MAX_EXAMPLES:
        raise LabelError(
            "there are too many examples", got=len(new.examples), expected=f"{MAX_EXAMPLES} at most"
        )
    for example in new.examples:
        check_text("an example's query", example.query, 10_000)
        check_text("an example's product", example.product_id, 2_000)
        check_text("an example's reason", example.why, 2_000)
    connection.execute(
        insert(guidelines).values(
            campaign=campaign,
            version=new.version,
            markdown=new.markdown,
            examples=[asdict(example) for example in new.examples],
            created_by=by,
            created_at=now(),
        )
    )


def newest(connection: Connection, campaign: str) -> Guidelines:
    """The version that judges see."""
    of_campaign = select(guidelines).where(guidelines.c.campaign == campaign)
    row = connection.execute(of_campaign.order_by(guidelines.c.version.desc()).limit(1)).one()
    examples = tuple(Example(**example) for example in row.examples)
    return Guidelines(row.version, row.markdown, examples)
