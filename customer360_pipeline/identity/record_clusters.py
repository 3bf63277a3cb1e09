"""Which records are one person in this run: the connected components of the accepted links. One row per record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.record_clusters",
    description="Which records are one person: the components of the accepted links. One row per record.",
    columns=columns(
        "node INTEGER | The record.",
        "first_node INTEGER | The smallest record of the same person.",
    ),
    depends=("identity.links", "staging.records"),
    unique=(("node",),),
    not_null=("node", "first_node"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Follow the accepted links."""
    import numpy as np
    import pyarrow as pa

    from customer360_pipeline.identity.components import connected_components

    links = engine.arrow("SELECT left_node, right_node FROM identity.links WHERE status = 'accepted'")
    nodes = engine.row_count("staging.records")
    first = connected_components(nodes, links["left_node"].to_numpy(), links["right_node"].to_numpy())
    clusters = pa.table({"node": np.arange(nodes, dtype=np.int32), "first_node": first})
    engine.create_table_from_arrow(TABLE.name, clusters)
