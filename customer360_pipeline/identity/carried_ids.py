"""The known ids of a run, made of the tables of ids as the last run left them, if that was published (`id_state.py`).

Of the version only the names of records are read that are gone since: they are nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.identity import id_state, record_hashes
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.parent_version import attached

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.delta import Changes
    from customer360_pipeline.run_context import RunContext

#: What the last run added to the history that it followed, as rows of identity.known_events.
EVENTS = f"""
    SELECT c.customer_id, c.event, c.other_customer_id, c.records, a.sequence, a.as_of, a.after_version
    FROM identity.customer_ids AS c CROSS JOIN {id_state.ABOUT} AS a
    WHERE c.event IS NOT NULL"""
# The records of the version that are not in this run: it alone knows their names.
_GONE = """
    SELECT g.last_node, md5(i.source || ':' || i.record_id) AS record_hash
    FROM {parent}.customer_identities AS i INNER JOIN {gone} AS g ON g.record = {hash}"""
# A record that was away may be back, and is new then.
_ONCE = """
    SELECT
      coalesce(f.node, b.node) AS node, f.record_hash, k.number,
      f.was_away AND row_number() OVER (PARTITION BY f.record_hash ORDER BY f.sequence DESC) = 1 AS is_last,
      f.sequence, f.as_of
    FROM former_input AS f
    INNER JOIN identity.known_customers AS k ON k.customer_id = f.customer_id
    LEFT JOIN (
      SELECT node, md5(source || ':' || record_id) AS record_hash FROM staging.records
      WHERE node IN (SELECT node FROM new_input)
    ) AS b ON f.was_away AND b.record_hash = f.record_hash"""


def records(engine: DuckDBEngine, context: RunContext) -> pa.Table | None:
    """The rows of identity.known_records; None where the last run's ids are not those of the version."""
    import numpy as np
    import pyarrow as pa

    last = id_state.carried(engine, context)
    changes = record_hashes.since(engine, last.records) if last is not None else None
    if last is None or changes is None or id_state.known_of(engine, "identity.known_customers") != last.made:
        return None
    new = changes.numbers.new
    had = engine.arrow("SELECT node, id_number FROM identity.record_customers")
    then, number = (column.to_numpy() for column in had.columns)
    names = _names_of_gone(engine, context, then[new[then] < 0])
    if names is None:
        return None
    stays = new[then] >= 0
    held = [
        _held(number[stays], new[then[stays]], pa.nulls(int(stays.sum()), pa.string())),
        _held(number[~stays], np.full(len(names), -1, np.int32), pa.array(names, pa.string())),
    ]
    return pa.concat_tables([*held, _once(engine, changes)])


def _held(number: NDArray[np.int32], node: NDArray[np.int32], record_hash: pa.Array) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    size = len(number)
    return pa.table(
        {
            "node": pa.array(node, mask=node < 0),
            "record_hash": record_hash,
            "number": number,
            "is_last": np.ones(size, np.bool_),
            "sequence": pa.nulls(size, pa.int32()),
            "as_of": pa.nulls(size, pa.timestamp("us")),
        }
    )


def _once(engine: DuckDBEngine, changes: Changes) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    former = engine.arrow("SELECT node, record_hash, customer_id, sequence, as_of FROM identity.former_identities")
    then = former["node"].fill_null(-1).to_numpy()
    now = np.append(changes.numbers.new, np.int32(-1))[then]
    former = former.set_column(0, "node", pa.array(now, mask=now < 0)).append_column("was_away", pa.array(then < 0))
    new = np.flatnonzero(changes.numbers.old < 0).astype(np.int32)
    with shown(engine, former_input=former, new_input=pa.table({"node": new})):
        return engine.arrow(_ONCE)


def _names_of_gone(engine: DuckDBEngine, context: RunContext, gone: NDArray[np.int32]) -> list[str] | None:
    """The hash in the version of each record that is gone, by its number of then; None where one is not there."""
    if not len(gone):
        return []
    with attached(engine, context) as parent:
        if parent is None:
            return None
        hashed = engine.joint_hash("i.source", "i.record_id")
        rows = engine.rows(_GONE.format(parent=parent.prefix, gone=record_hashes.GONE, hash=hashed))
    names = dict(rows)
    return [names[node] for node in gone.tolist()] if names.keys() >= set(gone.tolist()) else None
