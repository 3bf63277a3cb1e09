"""What happened to customer ids up to the version that this run follows.

It is read from that version, unless what the last run made of ids is what was published (`id_state.py`): then that
run's events come to those that stand. A version of an earlier release has no history; then each of its customers was
created by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import carried_ids, id_state
from customer360_pipeline.identity.parent_version import attached

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.known_events",
    description="What happened to customer ids up to the version that this run follows; empty for a first run. "
    "One row per event.",
    columns=columns(
        "customer_id VARCHAR | The id.",
        "event VARCHAR | created, split, returned, merged or retired.",
        "other_customer_id VARCHAR | merged: the id it leads to since; split: the id its records had before.",
        "records BIGINT | Records of the customer at that moment.",
        "sequence INTEGER | Number of the change of ids, from 1; a run makes at most one.",
        "as_of TIMESTAMP | Clock of the run, UTC.",
        "after_version VARCHAR | The version that the run followed; NULL for a first run.",
    ),
    unique=(("customer_id", "sequence"),),
    not_null=("customer_id", "event", "records", "sequence", "as_of"),
)

_EMPTY = """
    SELECT CAST(NULL AS VARCHAR) AS customer_id, CAST(NULL AS VARCHAR) AS event,
      CAST(NULL AS VARCHAR) AS other_customer_id, CAST(NULL AS BIGINT) AS records, CAST(NULL AS INTEGER) AS sequence,
      CAST(NULL AS TIMESTAMP) AS as_of, CAST(NULL AS VARCHAR) AS after_version
    WHERE false"""
_HISTORY = """
    SELECT customer_id, event, other_customer_id, records, sequence, as_of, after_version
    FROM {parent}.customer_id_history"""
_SEED = """
    SELECT i.customer_id, 'created' AS event, CAST(NULL AS VARCHAR) AS other_customer_id, count(*) AS records,
      CAST(1 AS INTEGER) AS sequence, min(m.as_of) AS as_of, min(m.parent_version) AS after_version
    FROM {parent}.customer_identities AS i CROSS JOIN {parent}.metadata AS m
    GROUP BY i.customer_id"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Add what the last run did, where the version is its; else copy the history, or begin one."""
    wanted, stands = context.facts.get(id_state.FACT), id_state.known_of(engine, TABLE.name)
    if wanted and stands == wanted:
        return
    last = id_state.carried(engine, context)
    id_state.set_known(engine, TABLE.name, None)
    if last is not None and stands == last.follows and _is_later(engine, last.sequence):
        engine.execute(f"INSERT INTO {TABLE.name} {carried_ids.EVENTS}")
    else:
        with attached(engine, context) as parent:
            history = _EMPTY if parent is None else _HISTORY if parent.has_history else _SEED
            engine.create_table(TABLE.name, history.format(parent=parent and parent.prefix))
    id_state.set_known(engine, TABLE.name, wanted or id_state.new_name())


def _is_later(engine: DuckDBEngine, sequence: int) -> bool:
    return bool(engine.scalar(f"SELECT coalesce(max(sequence), 0) < {sequence} FROM {TABLE.name}"))
