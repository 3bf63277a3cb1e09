"""Pairs of records that are worth comparing: those of one block, and neighbours in a sorted order. One row per pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.blocking_rules import ORDERS, block_cap
from customer360_pipeline.identity.candidates import kept

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.candidate_pairs",
    description="Pairs of records that are worth comparing: those of one block, and neighbours in a sorted order. "
    "One row per pair.",
    columns=columns("left_node INTEGER | The smaller record.", "right_node INTEGER | The larger record."),
    depends=("identity.block_fields", "identity.blocks"),
    settings=("identity_max_candidate_pairs", "identity_max_candidate_pairs_per_record", "identity_pairs_per_pass"),
    not_null=("left_node", "right_node"),
)

_EMPTY = "SELECT CAST(0 AS INTEGER) AS left_node, CAST(0 AS INTEGER) AS right_node WHERE false"
_OF_BLOCKS = """
    INSERT INTO found_pairs
    SELECT a.node AS left_node, b.node AS right_node
    FROM identity.blocks AS a
    INNER JOIN identity.blocks AS b ON b.block = a.block
    WHERE a.rule = $rule AND b.rule = $rule AND a.records <= $cap AND a.node < b.node"""
_OF_PASS = """
    INSERT INTO identity.candidate_pairs
    SELECT DISTINCT left_node, right_node
    FROM found_pairs
    WHERE left_node >= $first AND left_node < $end"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """List the pairs rule by rule, then drop repeats, a range of records at a time: memory holds one range."""
    engine.create_table(TABLE.name, _EMPTY)
    with kept(engine, "found_pairs", _EMPTY):
        cap = _common_cap(engine, context)
        for (rule,) in engine.rows("SELECT DISTINCT rule FROM identity.blocks ORDER BY rule"):
            engine.execute(_OF_BLOCKS, {"rule": rule, "cap": cap})
        for value in ORDERS.values():
            engine.execute(_neighbours(value))
        pairs, end = engine.rows("SELECT count(*), coalesce(max(left_node), 0) + 1 FROM found_pairs")[0]
        passes = 1 + pairs // context.config.identity.pairs_per_pass
        for number in range(passes):
            limits = {"first": end * number // passes, "end": end * (number + 1) // passes}
            engine.execute(_OF_PASS, limits)


def _common_cap(engine: DuckDBEngine, context: RunContext) -> int:
    """The block size up to which all rules together stay within the pairs of a run."""
    limits = context.config.identity
    sizes = engine.rows("SELECT records, count(*) // records FROM identity.blocks GROUP BY records")
    records = engine.row_count("identity.block_fields")
    most = max(limits.max_candidate_pairs, limits.max_candidate_pairs_per_record * records)
    return block_cap(sizes, most, smallest=2, largest=limits.max_block_size)


def _neighbours(value: str) -> str:
    """Each record beside the two that follow it in the order of `value`."""
    return f"""
    INSERT INTO found_pairs
    SELECT least(node, other) AS left_node, greatest(node, other) AS right_node
    FROM (
      SELECT node, lead(node, 1) OVER (ORDER BY {value}, node) AS other
      FROM identity.block_fields WHERE {value} IS NOT NULL
      UNION ALL
      SELECT node, lead(node, 2) OVER (ORDER BY {value}, node) AS other
      FROM identity.block_fields WHERE {value} IS NOT NULL
    ) AS neighbours
    WHERE other IS NOT NULL"""
