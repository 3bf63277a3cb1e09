"""What people decided, said of this run's records: which two are one person, and which two are not.

A decision holds through records that are gone (`ops/decisions.py` says how).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.base import Engine
    from customer360_pipeline.ops.decisions import Decision
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.decisions",
    description="Pairs of records that people joined or keep apart. One row per pair and kind.",
    columns=columns(
        "left_node INTEGER | The smaller record.",
        "right_node INTEGER | The larger record.",
        "kind VARCHAR | must_link: one person; cannot_link: never in one customer, not even through other records.",
        "author VARCHAR | Who decided.",
        "reason VARCHAR | Why, in their words.",
        "decided_at TIMESTAMP | When, UTC.",
        "decision_id VARCHAR | The earliest decision that says it.",
    ),
    depends=("identity.decided_records", "staging.records"),
    unique=(("left_node", "right_node"),),
    not_null=("left_node", "right_node", "kind", "author", "reason", "decided_at", "decision_id"),
)

_DECIDED = """
    SELECT d.decision_id, d.kind, d.author, d.reason, d.decided_at, d.part, d.source, d.record_id, r.node
    FROM identity.decided_records AS d
    LEFT JOIN staging.records AS r ON r.source = d.source AND r.record_id = d.record_id
    ORDER BY d.decision_id, d.part, d.source, d.record_id"""


def build(engine: Engine, context: RunContext) -> None:
    """Give every decision the numbers of its records."""
    import pyarrow as pa

    from customer360_pipeline.ops.decisions import RecordKey, resolve

    rows = engine.rows(_DECIDED)
    nodes = {RecordKey(row[6], row[7]): row[8] for row in rows if row[8] is not None}
    found = resolve([_decision(list(lines)) for _, lines in groupby(rows, lambda row: row[0])], nodes)
    text = pa.string()
    made = {
        "left_node": pa.array([pair.left_node for pair in found], pa.int32()),
        "right_node": pa.array([pair.right_node for pair in found], pa.int32()),
        "kind": pa.array([pair.decision.kind for pair in found], text),
        "author": pa.array([pair.decision.author for pair in found], text),
        "reason": pa.array([pair.decision.reason for pair in found], text),
        "decided_at": pa.array([pair.decision.decided_at for pair in found], pa.timestamp("us")),
        "decision_id": pa.array([pair.decision.decision_id for pair in found], text),
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(made))


def _decision(rows: list[tuple[Any, ...]]) -> Decision:
    from customer360_pipeline.ops.decisions import Decision, RecordKey

    decision_id, kind, author, reason, decided_at = rows[0][:5]
    parts = tuple(tuple(RecordKey(*row[6:8]) for row in part) for _, part in groupby(rows, lambda row: row[5]))
    return Decision(kind, parts, author, reason, int(decision_id.removeprefix("d_")), decided_at)
