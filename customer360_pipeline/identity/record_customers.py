"""Which customer each record belongs to. One row per record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.record_hashes import require_among

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.record_customers",
    description="Which customer each record belongs to. One row per record.",
    columns=columns(
        "node INTEGER | The record.",
        "customer_number INTEGER | Number of the customer, dense from 0, in order of customer_id; for joins inside one "
        "run.",
        "customer_id VARCHAR | The customer. The id stays from run to run: see docs/identity.md.",
        "id_number INTEGER | Number of the id among all ids ever given.",
    ),
    depends=("identity.record_clusters", "identity.customer_ids"),
    unique=(("node",),),
    not_null=("node", "customer_number", "customer_id", "id_number"),
)
_CUSTOMERS = """
    SELECT first_node, customer_id, number FROM identity.customer_ids WHERE first_node IS NOT NULL
    ORDER BY customer_id"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Number the customers, and give each record that of its first one.

    Raises:
        Customer360Error: identity.customer_ids was built of other records than the customers.
    """
    import numpy as np
    import pyarrow as pa

    # Looked up by number here: a join would carry a million ids through a hash table.
    clusters, customers = (
        engine.arrow("SELECT node, first_node FROM identity.record_clusters"),
        engine.arrow(_CUSTOMERS),
    )
    require_among(customers["first_node"].to_numpy(), clusters.num_rows, "identity.customer_ids")
    of_first = np.zeros(clusters.num_rows, np.int32)
    of_first[customers["first_node"].to_numpy()] = np.arange(customers.num_rows, dtype=np.int32)
    number = of_first[clusters["first_node"].to_numpy()]
    # Customer by customer: text that repeats is written for half the price. To sort numbers, the place in their lower
    # half, takes a tenth of the time of sorting places by them.
    order = np.sort(number.astype(np.int64) << 32 | np.arange(len(number))) & 0xFFFFFFFF
    node, number = clusters["node"].to_numpy()[order], number[order]
    ids = customers["customer_id"].combine_chunks().take(pa.array(number))
    made = {
        "node": node,
        "customer_number": number,
        "customer_id": ids,
        "id_number": customers["number"].to_numpy()[number],
    }
    id_state.forget(engine)
    engine.create_table_from_arrow(TABLE.name, pa.table(made))
