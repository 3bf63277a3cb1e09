"""What kinds of facts were read: a payment system that exports its charges alone says nothing of subscriptions."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="profile.shapes_read",
    description="The shapes of facts of which this run read a file, be it an empty one. One row per source and shape.",
    columns=columns(
        "source VARCHAR | Source.",
        "shape VARCHAR | Shape of its entity: charge, subscription, invoice, ...",
    ),
    depends=("sources.ledger",),
    unique=(("source", "shape"),),
    not_null=("source", "shape"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per configured source and shape with a file."""
    shapes = {(s.source, name): entity.shape for s in context.sources for name, entity in s.entities.items()}
    read = set(engine.rows("SELECT source, entity FROM sources.ledger WHERE is_present"))
    create_small_table(engine, TABLE, sorted({(key[0], shape) for key, shape in shapes.items() if key in read}))
