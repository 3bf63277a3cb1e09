"""Every customer id that was ever given, as it stood in the version that this run follows. One row per id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.id_states import id_states

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.known_customers",
    description="Every customer id ever given, as it stood in the version that this run follows. One row per id.",
    columns=columns(
        "number INTEGER | Number of the id, dense from 0: older ids first, those of one run in the order of the id.",
        "customer_id VARCHAR | The id.",
        "is_living BOOLEAN | It named a customer of that version.",
        "leads_to_number INTEGER | Where it leads: itself, or what it was merged into last.",
        "current_number INTEGER | The same followed to the end.",
    ),
    depends=("identity.known_events",),
    unique=(("number",), ("customer_id",)),
    not_null=("number", "customer_id", "is_living", "leads_to_number", "current_number"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Read the states off the events."""
    engine.create_table_from_arrow(TABLE.name, id_states(engine, "identity.known_events"))
