"""Which customers a record once was and is no more: records that left, and records that moved to another customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.record_hashes import by_node, require_among

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.former_identities",
    description="Which customers a record once was and is no more: records that left, and records that moved to "
    "another customer. One row per record and former id.",
    columns=columns(
        "node INTEGER | The record; NULL when it is not in this run.",
        "record_hash VARCHAR | MD5 of `source:record_id`, in hexadecimal; the id itself may be an address.",
        "customer_id VARCHAR | The id the record had.",
        "sequence INTEGER | Change of ids with which it lost it.",
        "as_of TIMESTAMP | Clock of that run, UTC.",
    ),
    depends=(
        "identity.known_records",
        "identity.known_customers",
        "identity.record_customers",
        "identity.id_run",
        "staging.records",
    ),
    unique=(("record_hash", "customer_id"),),
    not_null=("record_hash", "customer_id", "sequence", "as_of"),
)
_KNOWN = "SELECT node, record_hash, number, sequence, as_of FROM identity.known_records"
_FORMER = """
    SELECT
      k.node, coalesce(k.record_hash, md5(r.source || ':' || r.record_id)) AS record_hash, o.customer_id,
      coalesce(k.sequence, u.sequence) AS sequence, coalesce(k.as_of, u.as_of) AS as_of
    FROM former_input AS k
    INNER JOIN identity.known_customers AS o ON o.number = k.number
    CROSS JOIN identity.id_run AS u
    LEFT JOIN staging.records AS r ON r.node = k.node AND k.record_hash IS NULL"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Take the known records that have another id now, or are not here.

    Raises:
        Customer360Error: identity.known_records was built of other records than those that have ids.
    """
    import numpy as np
    import pyarrow as pa

    id_state.forget(engine)
    # Looked up by number: nearly all have the id they had, and a join would carry every one of them.
    [number] = by_node(engine.arrow("SELECT node, id_number FROM identity.record_customers"))
    known = engine.arrow(_KNOWN)
    node = known["node"].fill_null(-1).to_numpy()
    require_among(node, len(number), "identity.known_records")
    is_former = np.append(number, np.int32(-1))[node] != known["number"].to_numpy()
    with shown(engine, former_input=known.filter(pa.array(is_former))):
        engine.create_table(TABLE.name, _FORMER)
