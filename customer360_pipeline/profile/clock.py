"""The run's one clock as a table, for views: a view takes no parameters."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.clock",
    description="When this run is. One row.",
    columns=columns("as_of TIMESTAMP | The run's clock, UTC; nothing after it counts."),
    not_null=("as_of",),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row."""
    create_small_table(engine, TABLE, [(context.as_of,)])
