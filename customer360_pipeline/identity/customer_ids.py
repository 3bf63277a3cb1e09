"""What became of each customer id in this run: who carries it, and what changed. One row per id.

Which known id a customer keeps is decided in `registry.py`. A new id is `c_` and 16 hexadecimal digits of the MD5 of
`source:record_id` of the customer's smallest record; where that id was ever given before, of the same with `#1`, `#2`
... behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.record_hashes import by_node, inverted, require_among
from customer360_pipeline.identity.registry import NONE, Assignment, assign

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

    Ints = NDArray[np.integer[Any]]

TABLE = Table(
    name="identity.customer_ids",
    description="What became of each customer id in this run: who carries it, and what changed. One row per id that "
    "names a customer now, or did in the version that this run follows.",
    columns=columns(
        "customer_id VARCHAR | The id.",
        "number INTEGER | Its number among all ids ever given, dense from 0: older ids first, those of one run in the "
        "order of the id.",
        "first_node INTEGER | Smallest record of the customer; NULL when the id names nobody any more.",
        "event VARCHAR | created, split, returned, merged or retired; NULL: nothing changed.",
        "other_customer_id VARCHAR | merged: the id it leads to now; split: the id most of its records had before.",
        "records BIGINT | Records of the customer; if merged, those it brought along; if retired, those it had.",
    ),
    depends=("identity.known_customers", "identity.known_records", "identity.record_clusters", "staging.records"),
    unique=(("customer_id",), ("number",)),
    not_null=("customer_id", "number", "records"),
)


_EVENTS = ("created", "split", "returned", "merged", "retired")
_CREATED, _SPLIT, _RETURNED, _MERGED, _RETIRED = range(len(_EVENTS))


@dataclass(frozen=True)
class _Known:
    """Every id ever given, by number: the id, whether it names a customer of the version, where it leads in the end."""

    customer_id: pa.ChunkedArray
    is_living: NDArray[np.bool_]
    current: NDArray[np.int32]


@dataclass(frozen=True)
class _Records:
    """Records and the ids they have or had: number of the record (-1: it is not in this run) and of the id, whether it
    is the record's last one, and whether the version holds the record with it."""

    node: NDArray[np.int32]
    number: NDArray[np.int32]
    is_last: NDArray[np.bool_]
    is_present: NDArray[np.bool_]


@dataclass(frozen=True)
class _Outcome:
    """What became of ids: number of the id, its customer, place in `_EVENTS`, number of the other id, records; -1 is
    none."""

    number: Ints
    first_node: Ints
    event: Ints
    other: Ints
    records: Ints


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Give each customer its id, and each id that was left its end.

    Raises:
        Customer360Error: identity.known_records was built of other records than the customers.
    """
    import numpy as np
    import pyarrow as pa

    id_state.forget(engine)
    [customer] = by_node(engine.arrow("SELECT node, first_node FROM identity.record_clusters"))
    known, records = _known(engine), _records(engine)
    require_among(records.node, len(customer), "identity.known_records")
    require_among(records.number, len(known.current), "identity.known_records")
    found = _assignment(customer, known, records)
    new = _new_ids(engine, pa.table({"first_node": pa.array(found.customers[found.number == NONE], pa.int32())}))
    # Numbers of new ids, in the order of the id, come behind those of known ones.
    number, place = found.number.copy(), np.zeros(len(customer), np.int64)
    place[found.customers] = np.arange(len(number))
    number[place[new["first_node"].to_numpy()]] = len(known.current) + np.arange(len(new))
    ids = pa.chunked_array([*known.customer_id.chunks, *new["customer_id"].chunks], pa.string()).combine_chunks()
    outcomes = (_named(found, known, customer, number), _left_behind(found, known, records, number))
    engine.create_table_from_arrow(TABLE.name, pa.concat_tables([_rows(ids, outcome) for outcome in outcomes]))


def _known(engine: DuckDBEngine) -> _Known:
    import pyarrow as pa

    rows = engine.arrow("SELECT number, customer_id, is_living, current_number FROM identity.known_customers")
    place = pa.array(inverted(rows["number"].to_numpy()))
    return _Known(
        rows["customer_id"].take(place), rows["is_living"].take(place).to_numpy(),
        rows["current_number"].take(place).to_numpy(),
    )  # fmt: skip


def _records(engine: DuckDBEngine) -> _Records:
    rows = engine.arrow(
        "SELECT coalesce(node, -1) AS node, number, is_last, sequence IS NULL AS is_present FROM identity.known_records"
    )
    return _Records(*(column.to_numpy() for column in rows.columns))


def _assignment(customer: NDArray[np.int32], known: _Known, records: _Records) -> Assignment:
    import numpy as np

    here = records.node >= 0
    last, is_present = np.full(len(customer), NONE, np.int32), np.zeros(len(customer), np.bool_)
    lasts, former = here & records.is_last, here & ~records.is_present
    last[records.node[lasts]] = known.current[records.number[lasts]]
    is_present[records.node[lasts]] = records.is_present[lasts]
    return assign(customer, last, is_present, records.node[former], records.number[former], known.is_living)


_CANDIDATES = """
    WITH candidates AS (
      SELECT p.first_node, 'c_' || left(md5(r.source || ':' || r.record_id || $salt), 16) AS customer_id
      FROM pending_input AS p INNER JOIN staging.records AS r ON r.node = p.first_node
    )
    SELECT c.first_node, c.customer_id,
      k.customer_id IS NOT NULL OR g.customer_id IS NOT NULL OR coalesce(c.first_node > t.first_node, false) AS is_taken
    FROM candidates AS c
    LEFT JOIN (
      SELECT customer_id, min(first_node) AS first_node FROM candidates GROUP BY customer_id HAVING count(*) > 1
    ) AS t ON t.customer_id = c.customer_id
    LEFT JOIN identity.known_customers AS k ON k.customer_id = c.customer_id
    LEFT JOIN given_input AS g ON g.customer_id = c.customer_id
    ORDER BY c.customer_id"""


def _new_ids(engine: DuckDBEngine, pending: pa.Table) -> pa.Table:
    """first_node and customer_id, in the order of the id: one for each customer that was never given before."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = pa.table({"first_node": pa.array([], pa.int32()), "customer_id": pa.array([], pa.string())})
    salt = 0
    while pending.num_rows:
        with shown(engine, pending_input=pending, given_input=given):
            found = engine.arrow(_CANDIDATES, {"salt": f"#{salt}" if salt else ""})
        given = pa.concat_tables([given, found.filter(pc.invert(found["is_taken"])).select(given.column_names)])
        pending = found.filter(found["is_taken"]).select(["first_node"])
        salt += 1
    # The engine has put those of one round in order; there is seldom another one.
    return given if salt < 2 else given.sort_by("customer_id")


def _named(found: Assignment, known: _Known, customer: NDArray[np.int32], number: Ints) -> _Outcome:
    """What became of the ids of customers."""
    import numpy as np

    size = len(known.current)
    is_living, home = np.append(known.is_living, False), np.append(found.home, NONE)
    old = np.where(number < size, number, size)
    event = np.where(found.origin == NONE, _CREATED, _SPLIT)
    event[home[old] == found.customers] = _RETURNED
    event[is_living[old]] = NONE
    other = np.where(event == _SPLIT, found.origin, NONE)
    return _Outcome(number, found.customers, event, other, np.bincount(customer)[found.customers])


def _left_behind(found: Assignment, known: _Known, records: _Records, number: Ints) -> _Outcome:
    """What became of the known ids that no customer carries any more."""
    import numpy as np

    left = np.flatnonzero((found.carrier == NONE) & (known.is_living | (found.home != NONE)))
    home = found.home[left]
    is_merged = home != NONE
    other = np.full(len(left), NONE, np.int64)
    other[is_merged] = number[np.searchsorted(found.customers, home[is_merged])]
    held = np.bincount(records.number[records.is_present], minlength=len(known.current))
    event, count = np.where(is_merged, _MERGED, _RETIRED), np.where(is_merged, found.arrived[left], held[left])
    return _Outcome(left, np.full(len(left), NONE), event, other, count)


def _rows(ids: pa.Array, outcome: _Outcome) -> pa.Table:
    import pyarrow as pa

    def where_any(values: Ints) -> pa.Array:
        return pa.array(values, pa.int32(), mask=values == NONE)

    return pa.table(
        {
            "customer_id": ids.take(pa.array(outcome.number)),
            "number": pa.array(outcome.number, pa.int32()),
            "first_node": where_any(outcome.first_node),
            "event": pa.array(_EVENTS).take(where_any(outcome.event)),
            "other_customer_id": ids.take(where_any(outcome.other)),
            "records": pa.array(outcome.records, pa.int64()),
        }
    )
