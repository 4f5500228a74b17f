"""Write events as Parquet for programs that read tables. Knows no campaign."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from mmdemo.records import StoredJudgment

_MOMENT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("sequence", pa.int64(), nullable=False),
        pa.field("client_event_id", pa.string(), nullable=False),
        pa.field("campaign", pa.string(), nullable=False),
        pa.field("judge", pa.string(), nullable=False),
        pa.field("query_id", pa.string(), nullable=False),
        pa.field("query_text", pa.string(), nullable=False),
        pa.field("product_id", pa.string(), nullable=False),
        pa.field("question", pa.string(), nullable=False),
        pa.field("repeat", pa.int32(), nullable=False),
        pa.field("grade", pa.int32()),
        pa.field("supersedes", pa.string()),
        pa.field("blind", pa.bool_(), nullable=False),
        pa.field("clicked_at", _MOMENT, nullable=False),
        pa.field("received_at", _MOMENT, nullable=False),
        pa.field("context", pa.string(), nullable=False),  # JSON
    ]
)


def events_parquet(events: Iterable[StoredJudgment]) -> bytes:
    """One row for each event, its context as JSON; the same events give the same bytes."""
    rows = []
    for event in events:
        values = {name: getattr(event.judgment, name, None) for name in SCHEMA.names}
        values |= {"sequence": event.sequence, "received_at": event.received_at}
        values["context"] = json.dumps(dict(event.judgment.context), ensure_ascii=False)
        rows.append(values)
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), buffer, compression="zstd")
    return buffer.getvalue()
