"""Which customer each record belongs to: the connected components of the accepted links. One row per record.

A customer's id comes from its smallest record (by source, then record id), so it depends neither on the order of the
input nor on how the links were found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.record_customers",
    description="Which customer each record belongs to: the components of the accepted links. One row per record.",
    columns=columns(
        "node INTEGER | The record.",
        "customer_number INTEGER | Number of the customer, dense from 0, in order of customer_id.",
        "customer_id VARCHAR | 'c_' and 16 hexadecimal digits made from the customer's smallest record.",
    ),
    depends=("identity.links", "staging.records"),
    unique=(("node",),),
    not_null=("node", "customer_number", "customer_id"),
)

_CUSTOMERS = """
    WITH roots AS (
      SELECT node, 'c_' || left(md5(source || ':' || record_id), 16) AS customer_id
      FROM staging.records WHERE node IN (SELECT root FROM component_input)
    ), numbered AS (
      SELECT node AS root, customer_id, CAST(row_number() OVER (ORDER BY customer_id) - 1 AS INTEGER) AS customer_number
      FROM roots
    )
    SELECT c.node, n.customer_number, n.customer_id
    FROM component_input AS c INNER JOIN numbered AS n ON n.root = c.root
    ORDER BY c.node"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Follow the accepted links."""
    import numpy as np
    import pyarrow as pa

    from customer360_pipeline.identity.components import connected_components

    links = engine.arrow("SELECT left_node, right_node FROM identity.links WHERE status = 'accepted'")
    nodes = engine.row_count("staging.records")
    root = connected_components(nodes, links["left_node"].to_numpy(), links["right_node"].to_numpy())
    component = pa.table({"node": np.arange(nodes, dtype=np.int32), "root": root})
    engine.connection.register("component_input", component)
    try:
        engine.create_table(TABLE.name, _CUSTOMERS)
    finally:
        engine.connection.unregister("component_input")
