"""Values that several records carry, and why some of them may not link. One row per kind and value.

A value that more records, or people of more names, carry than one person or household can is shared. A run renews the
values whose records or names changed since the last one, and lets the others stand (`value_state.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import value_state
from customer360_pipeline.identity.candidates import kept, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

_LIMITS = (
    "identity_placeholder_values", "identity_role_mailboxes", "identity_max_names_per_value",
    "identity_max_records_per_email", "identity_max_records_per_user_id", "identity_max_records_per_customer_id",
    "identity_max_records_per_phone",
)  # fmt: skip
TABLE = Table(
    name="identity.key_values",
    description="Values that several records carry, and why some of them may not link. One row per kind and value.",
    columns=columns(
        "key_id INTEGER | Number of the value, dense from 0, in no order.",
        "kind VARCHAR | email, email_mailbox, user_id, customer_id, phone or source_merge.",
        "value VARCHAR | The canonical value.",
        "records BIGINT | Records that carry it.",
        "distinct_names BIGINT | Distinct given names among them, a nickname as its formal name; 0 where there are too "
        "few records to ask.",
        "reason VARCHAR | Why it links nobody: placeholder, role_mailbox, too_many_records or shared; NULL: it links.",
    ),
    depends=("staging.identifiers", "staging.records", "identity.nicknames"),
    settings=(*_LIMITS, "identity_incremental_min_records"),
    unique=(("key_id",), ("kind", "value")),
    not_null=("key_id", "kind", "value", "records", "distinct_names"),
)

# `identifiers`: all of them, or all of some values.
_VALUES = """
    WITH counted AS (
      SELECT kind, value, count(*) AS records
      FROM {identifiers}
      GROUP BY kind, value
      HAVING count(*) > 1
    ), names AS (
      SELECT i.kind, i.value, count(DISTINCT coalesce(n.formal, r.first_name_key)) AS distinct_names
      FROM {identifiers} AS i
      INNER JOIN counted AS c ON c.kind = i.kind AND c.value = i.value
      INNER JOIN staging.records AS r ON r.node = i.node
      LEFT JOIN identity.nicknames AS n ON n.name = r.first_name_key AND n.is_first
      WHERE c.records > $identity_max_names_per_value AND length(r.first_name_key) > 1
      GROUP BY i.kind, i.value
    )
    SELECT
      CAST(row_number() OVER (ORDER BY c.kind, c.value) - 1 AS INTEGER) AS key_id,
      c.kind, c.value, c.records,
      coalesce(n.distinct_names, 0) AS distinct_names,
      CASE
        WHEN c.kind = 'source_merge' THEN NULL
        WHEN list_contains(string_split($identity_placeholder_values, ','), lower(c.value)) THEN 'placeholder'
        WHEN c.kind IN ('email', 'email_mailbox')
          AND list_contains(
            string_split($identity_role_mailboxes, ','), split_part(split_part(c.value, '@', 1), '+', 1))
          THEN 'role_mailbox'
        WHEN c.records > CASE c.kind
          WHEN 'user_id' THEN $identity_max_records_per_user_id
          WHEN 'customer_id' THEN $identity_max_records_per_customer_id
          WHEN 'phone' THEN $identity_max_records_per_phone
          ELSE $identity_max_records_per_email
        END THEN 'too_many_records'
        WHEN n.distinct_names > $identity_max_names_per_value THEN 'shared'
      END AS reason
    FROM counted AS c
    LEFT JOIN names AS n ON n.kind = c.kind AND n.value = c.value"""

_RENEWED = """
    SELECT node, kind, value FROM staging.identifiers WHERE {hash} IN (SELECT value FROM renewed_input)"""
_WITH_IDS = """
    SELECT f.key_id, v.* EXCLUDE (key_id) FROM ({values}) AS v INNER JOIN free_input AS f ON f.place = v.key_id"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Count the records and names of each value, or of those that changed."""
    known = context.sql_parameters()
    limits = {name: known[name] for name in _LIMITS}
    found = value_state.changes(engine, context)
    value_state.invalidate(engine)
    if found is None or found.renewal is None or not _renew(engine, found.renewal, limits):
        engine.create_table(TABLE.name, _VALUES.format(identifiers="staging.identifiers"), limits)
    if found is not None:
        value_state.save(engine, found)


def _renew(engine: DuckDBEngine, found: value_state.Renewal, limits: Mapping[str, Any]) -> bool:
    """Replace the rows of values that changed; False where they are not as many as their hashes."""
    import pyarrow as pa

    with (
        shown(engine, renewed_input=pa.table({"value": found.value}), gone_input=pa.table({"key_id": found.gone})),
        kept(engine, "renewed_identifiers", _RENEWED.format(hash=value_state.value_hash(engine))),
    ):
        values = _VALUES.format(identifiers="renewed_identifiers")
        free = pa.table({"place": pa.array(range(len(found.free)), pa.int32()), "key_id": found.free})
        with shown(engine, free_input=free):
            with_ids = engine.arrow(_WITH_IDS.format(values=values), limits)
        if with_ids.num_rows != len(found.free):
            return False
        with shown(engine, made_input=with_ids):
            engine.execute(f"DELETE FROM {TABLE.name} WHERE key_id IN (SELECT key_id FROM gone_input)")
            engine.execute(f"INSERT INTO {TABLE.name} SELECT * FROM made_input")
    return True
