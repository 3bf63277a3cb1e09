"""Customer ids that name no customer any more, and where each leads now. One row per id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.registry import follow

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.left_ids",
    description="Customer ids that name no customer any more, and where each leads now. One row per id.",
    columns=columns(
        "customer_id VARCHAR | The id.",
        "current_customer_id VARCHAR | What it was merged into, followed to the end; itself, when it retired.",
        "is_living BOOLEAN | The current id names a customer.",
    ),
    depends=("identity.known_customers", "identity.customer_ids"),
    unique=(("customer_id",),),
    not_null=("customer_id", "current_customer_id", "is_living"),
)

_KNOWN = "SELECT customer_id, is_living, leads_to_number FROM identity.known_customers ORDER BY number"
# What this run made of known ids; an id that it gave only now stands behind all known ones.
_EVENTS = """
    SELECT k.number, c.first_node IS NOT NULL AS is_living, c.event = 'merged' AS is_merged, c.other_customer_id,
      o.number AS other_number
    FROM identity.customer_ids AS c
    INNER JOIN identity.known_customers AS k ON k.customer_id = c.customer_id
    LEFT JOIN identity.known_customers AS o ON o.customer_id = c.other_customer_id
    WHERE c.event IS NOT NULL
    ORDER BY k.number"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Follow every merge to its end."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    known, events = engine.arrow(_KNOWN), engine.arrow(_EVENTS)
    new = events.filter(pc.and_(events["is_merged"], pc.is_null(events["other_number"])))["other_customer_id"]
    behind = pc.index_in(events["other_customer_id"], new.combine_chunks()).cast(pa.int64())
    other = pc.coalesce(events["other_number"].cast(pa.int64()), pc.add(behind, known.num_rows), pa.scalar(-1))
    number, is_merged = events["number"].to_numpy(), events["is_merged"].to_numpy(zero_copy_only=False)
    leads_to = np.concatenate([known["leads_to_number"].to_numpy(), known.num_rows + np.arange(len(new))])
    is_living = np.append(known["is_living"].to_numpy(zero_copy_only=False), np.ones(len(new), np.bool_))
    leads_to[number] = np.where(is_merged, other.to_numpy(), number)
    is_living[number] = events["is_living"].to_numpy(zero_copy_only=False)
    current, left = follow(leads_to), np.flatnonzero(~is_living)
    ids = pa.chunked_array([*known["customer_id"].chunks, *new.chunks], pa.string())
    made = {
        "customer_id": ids.take(pa.array(left)),
        "current_customer_id": ids.take(pa.array(current[left])),
        "is_living": is_living[current[left]],
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(made))
