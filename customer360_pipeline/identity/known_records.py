"""Which customer id each record had up to the version that this run follows.

It is read from that version, unless the tables of the last run hold the same (`carried_ids.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import carried_ids
from customer360_pipeline.identity.parent_version import FACT, attached, unreadable

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.known_records",
    description="Which customer id each record has in the version that this run follows, and which it once had. "
    "One row per record and id.",
    columns=columns(
        "node INTEGER | The record; NULL when it is not in this run.",
        "record_hash VARCHAR | MD5 of `source:record_id`, for a record that is not in this run or once had the id.",
        "number INTEGER | The known id.",
        "is_last BOOLEAN | It is the last id the record had.",
        "sequence INTEGER | Change of ids with which the record lost the id; NULL: it still had it.",
        "as_of TIMESTAMP | Clock of that run, UTC.",
    ),
    depends=("identity.known_customers", "identity.record_hashes", "staging.records"),
    not_null=("number", "is_last"),
)

_EMPTY = """
    SELECT CAST(NULL AS INTEGER) AS node, CAST(NULL AS VARCHAR) AS record_hash, CAST(NULL AS INTEGER) AS number,
      CAST(NULL AS BOOLEAN) AS is_last, CAST(NULL AS INTEGER) AS sequence, CAST(NULL AS TIMESTAMP) AS as_of
    WHERE false"""
_HELD = """
    SELECT r.node, CASE WHEN r.node IS NULL THEN md5(i.source || ':' || i.record_id) END AS record_hash, k.number,
      true AS is_last, CAST(NULL AS INTEGER) AS sequence, CAST(NULL AS TIMESTAMP) AS as_of
    FROM {parent}.customer_identities AS i
    LEFT JOIN identity.known_customers AS k ON k.customer_id = i.customer_id AND k.is_living
    LEFT JOIN staging.records AS r ON r.source = i.source AND r.record_id = i.record_id"""
# A record that the version holds had its last id there, not among its former ones.
_FORMER = """
    SELECT r.node, f.record_hash, k.number,
      h.record_hash IS NULL AND row_number() OVER (PARTITION BY f.record_hash ORDER BY f.sequence DESC) = 1 AS is_last,
      f.sequence, f.as_of
    FROM {parent}.former_identities AS f
    LEFT JOIN identity.known_customers AS k ON k.customer_id = f.customer_id
    LEFT JOIN (SELECT node, md5(source || ':' || record_id) AS record_hash FROM staging.records) AS r
      ON r.record_hash = f.record_hash
    LEFT JOIN (SELECT md5(source || ':' || record_id) AS record_hash FROM {parent}.customer_identities) AS h
      ON h.record_hash = f.record_hash"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Find the known records among this run's.

    Raises:
        Customer360Error: the version's tables of ids do not belong together.
    """
    rows = carried_ids.records(engine, context)
    if rows is not None:
        engine.create_table_from_arrow(TABLE.name, rows)
        return
    with attached(engine, context) as parent:
        if parent is None:
            engine.create_table(TABLE.name, _EMPTY)
            return
        former = f" UNION ALL {_FORMER}" if parent.has_history else ""
        engine.create_table(TABLE.name, (_HELD + former).format(parent=parent.prefix))
    if engine.scalar(f"SELECT count(*) FROM {TABLE.name} WHERE number IS NULL"):
        raise unreadable(context.facts[FACT], "holds customer ids that its history does not know")
