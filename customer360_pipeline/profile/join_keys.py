"""The keys that link records, in the order of the configuration, as a table."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.join_keys",
    description="The keys that link records: join_key, then secondary_join_keys. One row per key.",
    columns=columns(
        "kind VARCHAR | email, user_id, phone or customer_id.",
        "pass INTEGER | 1 for join_key, 2 and later for the secondary keys in order.",
    ),
    unique=(("kind",),),
    not_null=("kind", "pass"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per configured key; a key named twice counts at its first place."""
    kinds = dict.fromkeys((context.config.join_key, *context.config.secondary_join_keys))
    create_small_table(engine, TABLE, [(kind, place) for place, kind in enumerate(kinds, 1)])
