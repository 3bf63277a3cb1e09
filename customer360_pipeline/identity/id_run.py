"""What a change of ids in this run would be noted with: number, clock, and the version followed. One row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.parent_version import FACT

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.id_run",
    description="What a change of customer ids in this run is noted with. One row.",
    columns=columns(
        "sequence INTEGER | Number of the change: one more than any before, from 1.",
        "as_of TIMESTAMP | Clock of the run, UTC.",
        "after_version VARCHAR | The version whose ids the run goes on with; NULL: it begins afresh.",
    ),
    depends=("identity.known_events", "identity.known_records"),
    not_null=("sequence", "as_of"),
)

_RUN = """
    SELECT CAST(1 + greatest(
        coalesce((SELECT max(sequence) FROM identity.known_events), 0),
        coalesce((SELECT max(sequence) FROM identity.known_records), 0)) AS INTEGER) AS sequence,
      CAST($as_of AS TIMESTAMP) AS as_of, CAST($after_version AS VARCHAR) AS after_version"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Number the run."""
    # What this run's events are noted with: ids whose events were noted otherwise are not those that stand.
    id_state.forget(engine)
    path = context.facts.get(FACT)
    engine.create_table(TABLE.name, _RUN, {"as_of": context.as_of, "after_version": path and path.parent.name})
