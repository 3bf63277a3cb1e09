"""The values typed to get past a form, as a table, so that none of them wins over a real value."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.placeholders",
    description="Values that say nothing (identity.placeholder_values). One row per value.",
    columns=columns("value VARCHAR | The value, in lower case."),
    unique=(("value",),),
    not_null=("value",),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per placeholder of the configuration."""
    found = sorted({value.strip().lower() for value in context.config.identity.placeholder_values})
    create_small_table(engine, TABLE, [(value,) for value in found])
