"""Customer ids that name no customer any more, and where each leads now. One row per id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.record_hashes import by_node
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

# What this run made of ids that had an end before, or have one now.
_EVENTS = """
    SELECT number, first_node IS NOT NULL AS is_living, number AS leads_to FROM identity.customer_ids
    WHERE event IS NOT NULL AND event <> 'merged'
    UNION ALL
    SELECT c.number, false AS is_living, o.number AS leads_to
    FROM identity.customer_ids AS c INNER JOIN identity.customer_ids AS o ON o.customer_id = c.other_customer_id
    WHERE c.event = 'merged'"""
_NAMES = """
    SELECT number, customer_id FROM identity.known_customers WHERE number IN (SELECT number FROM wanted_input)
    UNION
    SELECT number, customer_id FROM identity.customer_ids WHERE number IN (SELECT number FROM wanted_input)
    ORDER BY number"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Follow every merge to its end."""
    import numpy as np
    import pyarrow as pa

    living, leads_to = by_node(engine.arrow("SELECT number, is_living, leads_to_number FROM identity.known_customers"))
    events = engine.arrow(_EVENTS)
    # Ids that this run gave come behind the known ones, and live.
    number = events["number"].to_numpy()
    new = np.arange(len(leads_to), max(len(leads_to), int(number.max(initial=-1)) + 1), dtype=np.int32)
    is_living, leads_to = np.append(living, np.ones(len(new), np.bool_)), np.append(leads_to, new)
    is_living[number], leads_to[number] = events["is_living"].to_numpy(), events["leads_to"].to_numpy()
    current, left = follow(leads_to), np.flatnonzero(~is_living)
    with shown(engine, wanted_input=pa.table({"number": np.unique(np.concatenate([left, current[left]]))})):
        names = engine.arrow(_NAMES)
    ids, known = names["customer_id"].combine_chunks(), names["number"].to_numpy()
    made = {
        "customer_id": ids.take(pa.array(np.searchsorted(known, left))),
        "current_customer_id": ids.take(pa.array(np.searchsorted(known, current[left]))),
        "is_living": is_living[current[left]],
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(made))
