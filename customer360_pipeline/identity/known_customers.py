"""Every customer id that was ever given, as it stood in the version that this run follows. One row per id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.id_states import id_states
from customer360_pipeline.identity.record_hashes import by_node
from customer360_pipeline.identity.registry import follow

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


# Of the ids of the last run those that are new come behind all others, in the order of the id.
_NEW = f"""
    INSERT INTO {TABLE.name}
    WITH new AS (
      SELECT
        n.customer_id,
        CAST(k.ids + row_number() OVER (ORDER BY n.customer_id) - 1 AS INTEGER) AS number
      FROM identity.known_events AS n
      LEFT JOIN {TABLE.name} AS o ON o.customer_id = n.customer_id
      CROSS JOIN (SELECT count(*) AS ids FROM {TABLE.name}) AS k
      WHERE n.sequence = $sequence AND o.number IS NULL
    )
    SELECT number, customer_id, true AS is_living, number AS leads_to_number, number AS current_number FROM new"""
_CHANGED = f"""
    SELECT k.number, e.event NOT IN ('merged', 'retired') AS is_living, coalesce(o.number, k.number) AS leads_to_number
    FROM identity.known_events AS e
    INNER JOIN {TABLE.name} AS k ON k.customer_id = e.customer_id
    LEFT JOIN {TABLE.name} AS o ON e.event = 'merged' AND o.customer_id = e.other_customer_id
    WHERE e.sequence = $sequence AND e.event <> 'created'"""
_UPDATE = f"""
    UPDATE {TABLE.name}
    SET is_living = c.is_living, leads_to_number = c.leads_to_number, current_number = c.current_number
    FROM changed_ids AS c WHERE c.number = {TABLE.name}.number"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Read the states off the events: off the last ones, where those before are known."""
    stands, wanted = id_state.known_of(engine, TABLE.name), id_state.known_of(engine, "identity.known_events")
    if wanted is not None and stands == wanted:
        return
    last = id_state.about(engine)
    id_state.set_known(engine, TABLE.name, None)
    if last is not None and last.made == wanted and stands == last.follows:
        _add(engine, last.sequence)
    else:
        engine.create_table_from_arrow(TABLE.name, id_states(engine, "identity.known_events"))
    id_state.set_known(engine, TABLE.name, wanted)


def _add(engine: DuckDBEngine, sequence: int) -> None:
    """Take in the events of one more change of ids; a merge may change where older ids lead in the end."""
    import numpy as np
    import pyarrow as pa

    engine.execute(_NEW, {"sequence": sequence})
    rows = engine.arrow(f"SELECT number, is_living, leads_to_number, current_number FROM {TABLE.name}")
    before = by_node(rows)
    living, leads_to, _ = (column.copy() for column in before)
    changed = engine.arrow(_CHANGED, {"sequence": sequence})
    number = changed["number"].to_numpy()
    living[number] = changed["is_living"].to_numpy()
    leads_to[number] = changed["leads_to_number"].to_numpy()
    now = (living, leads_to, follow(leads_to))
    other = np.flatnonzero(np.any([one != two for one, two in zip(before, now, strict=True)], axis=0))
    names = ("is_living", "leads_to_number", "current_number")
    columns_ = {"number": other.astype(np.int32)} | {
        name: column[other] for name, column in zip(names, now, strict=True)
    }
    with shown(engine, changed_ids=pa.table(columns_)):
        engine.execute(_UPDATE)
