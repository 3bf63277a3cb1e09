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

    import numpy as np
    from numpy.typing import NDArray

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
        "reason VARCHAR | Why it links nobody: placeholder, role_mailbox, too_many_records or shared; NULL: it links.",
    ),
    depends=("staging.identifiers", "staging.records", "identity.nicknames", "identity.record_hashes"),
    settings=(*_LIMITS, "identity_incremental_min_records"),
    unique=(("key_id",), ("kind", "value")),
    not_null=("key_id", "kind", "value", "records"),
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

_RENEWED = "SELECT node, kind, value FROM staging.identifiers WHERE rowid IN (SELECT row FROM renewed_input)"
_WITH_IDS = """
    SELECT f.key_id, v.* EXCLUDE (key_id) FROM ({values}) AS v INNER JOIN free_input AS f ON f.place = v.key_id"""
_CAME = """
    SELECT v.key_id, i.node
    FROM made_input AS v INNER JOIN renewed_identifiers AS i ON i.kind = v.kind AND i.value = v.value"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Count the records and names of each value, or of those that changed."""
    known = context.sql_parameters()
    limits = {name: known[name] for name in _LIMITS}
    today = value_state.today(engine, context)
    if today is not None and today.stands:
        return
    value_state.invalidate(engine)
    if today is None or today.renewal is None:
        # Values get other numbers: who carries them cannot be taken over.
        engine.execute(f"DROP TABLE IF EXISTS {value_state.RECORDS_ABOUT}")
        engine.create_table(TABLE.name, _VALUES.format(identifiers="staging.identifiers"), limits)
    else:
        _renew(engine, today.renewal, limits)
    if today is not None:
        value_state.save(engine, today, renewed=today.renewal is not None)


def _renew(engine: DuckDBEngine, found: value_state.Renewal, limits: Mapping[str, Any]) -> None:
    """Replace the rows of values that changed, and say what that does to `identity.key_records`."""
    import numpy as np
    import pyarrow as pa

    with (
        shown(engine, renewed_input=pa.table({"row": found.row})),
        kept(engine, "renewed_identifiers", _RENEWED),
        kept(engine, "counted_values", _VALUES.format(identifiers="renewed_identifiers"), **limits),
    ):
        made, stood = engine.row_count("temp.counted_values"), engine.row_count(TABLE.name) - len(found.gone)
        free, moved = numbers_of(stood, made, found.gone)
        places = pa.array(np.arange(made, dtype=np.int32))
        with shown(engine, free_input=pa.table({"place": places, "key_id": free})):
            rows = engine.arrow(_WITH_IDS.format(values="SELECT * FROM counted_values"))
        gone = pa.table({"key_id": found.gone})
        moves = pa.table({"was": moved[0], "key_id": moved[1]})
        with shown(engine, made_input=rows, gone_input=gone, moved_input=moves), engine.transaction():
            engine.delete(TABLE.name, "key_id IN (SELECT key_id FROM gone_input)")
            if moves.num_rows:
                engine.execute(
                    f"UPDATE {TABLE.name} SET key_id = m.key_id FROM moved_input AS m WHERE m.was = {TABLE.name}.key_id"
                )
            engine.execute(f"INSERT INTO {TABLE.name} SELECT * FROM made_input")
        with shown(engine, made_input=rows):
            engine.create_table(value_state.CAME, _CAME)
        engine.create_table_from_arrow(value_state.WENT, gone)
        engine.create_table_from_arrow(value_state.MOVED, moves)
        engine.create_table_from_arrow(value_state.TOUCHED, pa.table({"node": np.unique(found.node)}))


def numbers_of(
    stood: int, made: int, gone: NDArray[np.int32]
) -> tuple[NDArray[np.int32], tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Numbers for new rows, and those of rows that stay and change (from, to): all are dense from 0 then.

    Args:
        stood: rows that stay.
        made: rows that are new.
        gone: numbers of the rows that go.
    """
    import numpy as np

    size, before = stood + made, stood + len(gone)
    stays = np.zeros(max(size, before), np.bool_)
    stays[:before] = True
    stays[gone] = False
    free = np.flatnonzero(~stays[:size]).astype(np.int32)
    high = (size + np.flatnonzero(stays[size:])).astype(np.int32)
    return free[len(high) :], (high, free[: len(high)])
