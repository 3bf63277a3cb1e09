"""The decisions in force of this run, read once from `ops.sqlite`. One row per decision and record it names.

Later tables read this one only, so that a decision stored while a run works waits for the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.engine.base import Engine
    from customer360_pipeline.ops.decisions import Decision
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.decided_records",
    description="Records that people decided about, as of this run. One row per decision in force and record it names.",
    columns=columns(
        "decision_id VARCHAR | The decision, as `customer360 decisions` lists it.",
        "kind VARCHAR | must_link: all its records are one person; cannot_link: records of different parts are not.",
        "part INTEGER | Part of the decision the record stands in, from 0.",
        "source VARCHAR | Source of the record.",
        "record_id VARCHAR | Its id there. The record need not be in this run's extracts.",
        "author VARCHAR | Who decided.",
        "reason VARCHAR | Why, in their words.",
        "decided_at TIMESTAMP | When, UTC.",
    ),
    unique=(("decision_id", "source", "record_id"),),
    not_null=("decision_id", "kind", "part", "source", "record_id", "author", "reason", "decided_at"),
)


def build(engine: Engine, context: RunContext) -> None:
    """Read the decisions of the data directory."""
    from customer360_pipeline.ops.store import active

    engine.create_schema("identity")
    engine.create_table_from_arrow(TABLE.name, decided(active(context.home)))


def decided(decisions: Sequence[Decision]) -> pa.Table:
    """The rows of the table for given decisions."""
    import pyarrow as pa

    rows = [
        (d.decision_id, d.kind, part, record.source, record.record_id, d.author, d.reason, d.decided_at)
        for d in decisions
        for part, records in enumerate(d.parts)
        for record in records
    ]
    text = pa.string()
    types = [text, text, pa.int32(), text, text, text, text, pa.timestamp("us")]
    names = [column.name for column in TABLE.columns]
    return pa.table([pa.array([row[n] for row in rows], types[n]) for n in range(len(names))], names=names)
