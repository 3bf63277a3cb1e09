"""The state of every customer id after a list of events: living, merged into another, or retired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.identity.registry import follow

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.engine.duckdb import DuckDBEngine

_LAST_EVENTS = """
    WITH ids AS (
      SELECT customer_id, min(sequence) AS first_sequence, arg_max(event, sequence) AS event,
        arg_max(coalesce(other_customer_id, ''), sequence) AS other_customer_id
      FROM {events} GROUP BY customer_id
    ), numbered AS (
      SELECT customer_id, event, other_customer_id,
        CAST(row_number() OVER (ORDER BY first_sequence, customer_id) - 1 AS INTEGER) AS number
      FROM ids
    ), merged AS (
      SELECT n.number, o.number AS leads_to_number
      FROM (SELECT number, other_customer_id FROM numbered WHERE event = 'merged') AS n
      INNER JOIN numbered AS o ON o.customer_id = n.other_customer_id
    )
    SELECT n.number, n.customer_id, n.event NOT IN ('merged', 'retired') AS is_living,
      coalesce(m.leads_to_number, n.number) AS leads_to_number
    FROM numbered AS n LEFT JOIN merged AS m ON m.number = n.number
    ORDER BY n.number"""


def id_states(engine: DuckDBEngine, events: str) -> pa.Table:
    """number, customer_id, is_living, leads_to_number and current_number of every id in the table `events`, in order.

    A merge is followed to its end: to an id that lives, or to one that retired since.
    """
    import pyarrow as pa

    found = engine.arrow(_LAST_EVENTS.format(events=events))
    current = follow(found["leads_to_number"].to_numpy())
    return found.append_column("current_number", pa.array(current, pa.int32()))
