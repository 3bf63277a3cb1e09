"""Where every customer id ever given leads now. One row per id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.id_states import id_states

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.id_redirects",
    description="Where every customer id ever given leads now. One row per id.",
    columns=columns(
        "customer_id VARCHAR | The id.",
        "current_customer_id VARCHAR | Itself, or what it was merged into, followed to the end.",
        "is_living BOOLEAN | The current id names a customer; false: it retired, no record of it is left.",
    ),
    depends=("identity.id_events",),
    unique=(("customer_id",),),
    not_null=("customer_id", "current_customer_id", "is_living"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Follow every merge to its end."""
    import pyarrow as pa

    states = id_states(engine, "identity.id_events")
    current = states["current_number"]
    redirects = {
        "customer_id": states["customer_id"],
        "current_customer_id": states["customer_id"].take(current),
        "is_living": states["is_living"].take(current),
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(redirects))
