"""What became of each customer id in this run: who carries it, and what changed. One row per id.

Which known id a customer keeps is decided in `registry.py`. A new id is `c_` and 16 hexadecimal digits of the MD5 of
`source:record_id` of the customer's smallest record; where that id was ever given before, of the same with `#1`, `#2`
... behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.record_hashes import by_node
from customer360_pipeline.identity.registry import Assignment, assign

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.customer_ids",
    description="What became of each customer id in this run: who carries it, and what changed. One row per id that "
    "names a customer now, or did in the version that this run follows.",
    columns=columns(
        "customer_id VARCHAR | The id.",
        "first_node INTEGER | Smallest record of the customer; NULL when the id names nobody any more.",
        "event VARCHAR | created, split, returned, merged or retired; NULL: nothing changed.",
        "other_customer_id VARCHAR | merged: the id it leads to now; split: the id most of its records had before.",
        "records BIGINT | Records of the customer; if merged, those it brought along; if retired, those it had.",
    ),
    depends=("identity.known_customers", "identity.known_records", "identity.record_clusters", "staging.records"),
    unique=(("customer_id",),),
    not_null=("customer_id", "records"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Give each customer its id, and each id that was left its end."""
    import pyarrow.compute as pc

    [customer] = by_node(engine.arrow("SELECT node, first_node FROM identity.record_clusters"))
    found = _assignment(engine, customer)
    customers = _customers(found, customer)
    new = _new_ids(engine, customers.filter(pc.is_null(customers["number"])).select(["first_node"]))
    with shown(engine, customers_input=customers, new_ids_input=new, gone_input=_gone(found)):
        engine.create_table(TABLE.name, _CUSTOMER_IDS)


def _assignment(engine: DuckDBEngine, customer: NDArray[np.int32]) -> Assignment:
    import numpy as np

    living = engine.arrow("SELECT is_living FROM identity.known_customers ORDER BY number")["is_living"].to_numpy()
    found = engine.arrow(
        "SELECT r.node, k.current_number, r.sequence IS NULL AS is_present FROM identity.known_records AS r "
        "INNER JOIN identity.known_customers AS k ON k.number = r.number WHERE r.is_last AND r.node IS NOT NULL"
    )
    last = np.full(len(customer), -1, dtype=np.int32)
    last[found["node"].to_numpy()] = found["current_number"].to_numpy()
    is_present = np.zeros(len(customer), dtype=bool)
    is_present[found["node"].to_numpy()] = found["is_present"].to_numpy()
    former = engine.arrow(
        "SELECT node, number FROM identity.known_records WHERE sequence IS NOT NULL AND node IS NOT NULL"
    )
    return assign(customer, last, is_present, former["node"].to_numpy(), former["number"].to_numpy(), living)


def _customers(found: Assignment, customer: NDArray[np.int32]) -> pa.Table:
    """first_node, number, origin (both NULL where none), whether the id was at home there, and records."""
    import numpy as np
    import pyarrow as pa

    has_number = found.number != -1
    kept = np.zeros(len(found.customers), dtype=bool)
    kept[has_number] = found.home[found.number[has_number]] == found.customers[has_number]
    return pa.table(
        {
            "first_node": pa.array(found.customers, pa.int32()),
            "number": pa.array(found.number, pa.int32(), mask=~has_number),
            "origin": pa.array(found.origin, pa.int32(), mask=found.origin == -1),
            "is_at_home": kept,
            "records": np.bincount(customer)[found.customers],
        }
    )


def _gone(found: Assignment) -> pa.Table:
    """number, home (NULL where no record is left) and arrived of known ids that nobody carries."""
    import numpy as np
    import pyarrow as pa

    number = np.flatnonzero(found.carrier == -1)
    home = found.home[number]
    return pa.table(
        {
            "number": pa.array(number, pa.int32()),
            "home": pa.array(home, pa.int32(), mask=home == -1),
            "arrived": found.arrived[number],
        }
    )


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
    LEFT JOIN given_input AS g ON g.customer_id = c.customer_id"""


def _new_ids(engine: DuckDBEngine, pending: pa.Table) -> pa.Table:
    """first_node and customer_id: an id for each customer that was never given before."""
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
    return given


_CUSTOMER_IDS = """
    WITH customers AS (
      SELECT coalesce(k.customer_id, n.customer_id) AS customer_id, c.first_node,
        CASE WHEN k.is_living THEN NULL WHEN c.is_at_home THEN 'returned' WHEN c.origin IS NULL THEN 'created'
          ELSE 'split' END AS event,
        o.customer_id AS origin_id, c.records
      FROM customers_input AS c
      LEFT JOIN identity.known_customers AS k ON k.number = c.number
      LEFT JOIN identity.known_customers AS o ON o.number = c.origin
      LEFT JOIN new_ids_input AS n ON n.first_node = c.first_node
    ), left_behind AS (
      SELECT k.number, k.customer_id, g.home, g.arrived
      FROM gone_input AS g INNER JOIN identity.known_customers AS k ON k.number = g.number
      WHERE k.is_living OR g.home IS NOT NULL
    ), held AS (
      SELECT r.number, count(*) AS records FROM identity.known_records AS r
      INNER JOIN left_behind AS b ON b.number = r.number WHERE r.sequence IS NULL GROUP BY r.number
    )
    SELECT customer_id, first_node, event, CASE WHEN event = 'split' THEN origin_id END AS other_customer_id, records
    FROM customers
    UNION ALL
    SELECT b.customer_id, CAST(NULL AS INTEGER), CASE WHEN b.home IS NULL THEN 'retired' ELSE 'merged' END,
      c.customer_id, CASE WHEN b.home IS NULL THEN h.records ELSE b.arrived END
    FROM left_behind AS b
    LEFT JOIN customers AS c ON c.first_node = b.home
    LEFT JOIN held AS h ON h.number = b.number"""
