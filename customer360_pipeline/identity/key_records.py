"""Which records carry each value that several carry. One row per value and record.

A run takes over the rows of the last one, but for those of values that it counted anew (`value_state.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import record_hashes, value_state

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.key_records",
    description="Which records carry each value that several carry. One row per value and record.",
    columns=columns("key_id INTEGER | The value.", "node INTEGER | The record."),
    depends=("identity.key_values", "identity.record_hashes", "staging.identifiers"),
    unique=(("key_id", "node"),),
    not_null=("key_id", "node"),
)
_ALL = """
    SELECT k.key_id, i.node
    FROM identity.key_values AS k
    INNER JOIN staging.identifiers AS i ON i.kind = k.kind AND i.value = k.value"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Take over what stands, and add what the values counted anew brought."""
    about = value_state.about(engine)
    rows = _renewed(engine, about[3]) if about and about[3] else None
    engine.execute(f"DROP TABLE IF EXISTS {value_state.RECORDS_ABOUT}")
    if rows is None:
        engine.create_table(TABLE.name, _ALL)
    else:
        engine.create_table_from_arrow(TABLE.name, rows)
    if about:
        made_of = {"state": about[1], "records": about[2]}
        engine.create_table(value_state.RECORDS_ABOUT, "SELECT $state AS state, $records AS records", made_of)


def _renewed(engine: DuckDBEngine, renewed: str) -> pa.Table | None:
    """The rows of today; None where those that stand are not of the values that were renewed."""
    import numpy as np
    import pyarrow as pa

    if not engine.exists(value_state.RECORDS_ABOUT) or not engine.exists(TABLE.name):
        return None
    [(state, records)] = engine.rows(f"SELECT state, records FROM {value_state.RECORDS_ABOUT}")
    changes = record_hashes.since(engine, records) if state == renewed else None
    if changes is None:
        return None
    last = engine.arrow(f"SELECT key_id, node FROM {TABLE.name}")
    key, node = last["key_id"].to_numpy(), last["node"].to_numpy()
    number = np.arange(int(key.max(initial=-1)) + 1, dtype=np.int32)
    number[engine.arrow(f"SELECT key_id FROM {value_state.WENT}")["key_id"].to_numpy()] = -1
    moved = engine.arrow(f"SELECT was, key_id FROM {value_state.MOVED}")
    number[moved["was"].to_numpy()] = moved["key_id"].to_numpy()
    stand = np.flatnonzero(number[key] >= 0)
    came = engine.arrow(f"SELECT key_id, node FROM {value_state.CAME}")
    return pa.table(
        {
            "key_id": np.concatenate([number[key[stand]], came["key_id"].to_numpy()]),
            "node": np.concatenate([changes.numbers.new[node[stand]], came["node"].to_numpy()]),
        }
    )
