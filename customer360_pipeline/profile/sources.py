"""The configured sources and whether each was read, so that 'nothing known' and 'not read' stay apart."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.sources",
    description="The sources, and whether this run read them. One row per source.",
    columns=columns(
        "source VARCHAR | Source.",
        "category VARCHAR | payments, crm, marketing, analytics, support, product or success.",
        "is_present BOOLEAN | At least one of its files was read in this run.",
    ),
    depends=("sources.ledger",),
    unique=(("source",),),
    not_null=("source", "category", "is_present"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per configured source."""
    read = {row[0] for row in engine.rows("SELECT DISTINCT source FROM sources.ledger WHERE is_present")}
    create_small_table(
        engine, TABLE, [(source.source, source.category, source.source in read) for source in context.sources]
    )
