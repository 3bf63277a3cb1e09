"""Groups of records that have something in common that few others have. One row per rule, block and record.

Of each rule the blocks up to an adaptive size are kept (`blocking_rules.py`): a common name makes a block of
thousands, whose pairs cost the most and say the least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.blocking_rules import KEYS, RULES, block_cap
from customer360_pipeline.identity.candidates import kept

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.blocks",
    description="Groups of records that have something in common that few others have. One row per rule, block and "
    "record.",
    columns=columns(
        "rule VARCHAR | What they have in common (identity/blocking_rules.py), or the kind of the key they share.",
        "block INTEGER | The smallest record of the block.",
        "records BIGINT | Records in the block.",
        "node INTEGER | The record.",
    ),
    depends=("identity.block_fields", "identity.key_values", "identity.key_records"),
    settings=("identity_block_pairs_per_record", "identity_min_block_size", "identity_max_block_size"),
    not_null=("rule", "block", "records", "node"),
)

_EMPTY = """
    SELECT
      CAST('' AS VARCHAR) AS rule, CAST(0 AS INTEGER) AS block, CAST(0 AS BIGINT) AS records, CAST(0 AS INTEGER) AS node
    WHERE false"""
_KEYS = """
    SELECT CAST(r.key_id AS VARCHAR) AS value, r.node
    FROM identity.key_values AS v
    INNER JOIN identity.key_records AS r ON r.key_id = v.key_id
    INNER JOIN identity.block_fields AS f ON f.node = r.node
    WHERE v.kind = $kind AND v.reason IS NULL"""
_SIZES = """
    SELECT value, min(node) AS block, count(*) AS records FROM block_members GROUP BY value HAVING count(*) > 1"""
_KEPT = """
    INSERT INTO identity.blocks
    SELECT $rule AS rule, s.block, s.records, m.node
    FROM block_members AS m
    INNER JOIN block_sizes AS s ON s.value = m.value
    WHERE s.records <= $cap"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Add the blocks of one rule after another: memory holds the values of one rule."""
    engine.create_table(TABLE.name, _EMPTY)
    if not engine.row_count("identity.block_fields"):
        return
    for kind in KEYS:
        with kept(engine, "block_members", _KEYS, kind=kind):
            _add(engine, context, kind)
    for rule, value in RULES.items():
        with kept(engine, "block_members", _members(value)):
            _add(engine, context, rule)


def _members(value: str) -> str:
    return f"SELECT {value} AS value, node FROM identity.block_fields WHERE {value} IS NOT NULL"


def _add(engine: DuckDBEngine, context: RunContext, rule: str) -> None:
    """Append the blocks of the rule whose values and nodes are in block_members."""
    limits = context.config.identity
    with kept(engine, "block_sizes", _SIZES):
        sizes = engine.rows("SELECT records, count(*) FROM block_sizes GROUP BY records")
        most = limits.block_pairs_per_record * engine.row_count("identity.block_fields")
        cap = block_cap(sizes, most, limits.min_block_size, limits.max_block_size)
        engine.execute(_KEPT, {"rule": rule, "cap": cap})
