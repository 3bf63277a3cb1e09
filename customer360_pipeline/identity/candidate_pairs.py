"""Pairs of records that are worth comparing: those of one block, and neighbours in a sorted order.

A step of `fuzzy_links.py`. A run that compares what changed finds its pairs in `block_delta.py` instead: the same ones,
but for those that it need not compare. Of each rule the blocks up to an adaptive size are kept (`blocking_rules.py`): a
common name makes a block of thousands, whose pairs cost the most and say the least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.identity import block_state
from customer360_pipeline.identity.block_delta import NEIGHBOURS, distinct
from customer360_pipeline.identity.blocking_rules import KEYS, ORDERS, RULES, block_cap
from customer360_pipeline.identity.blocks import Blocks, blocks_of
from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.fuzzy.side_by_side import side_by_side
from customer360_pipeline.identity.fuzzy_inputs import threads_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.shapes import Pairs
    from customer360_pipeline.run_context import RunContext

    Carried = tuple[str, tuple[NDArray[np.generic], NDArray[np.int32]]]

SCHEMA = "blocking"
#: left_node INTEGER, right_node INTEGER: the smaller and the larger record of a pair, each pair once.
NAME = f"{SCHEMA}.candidate_pairs"
#: rule VARCHAR; largest INTEGER: records of a block at most; blocks BIGINT: how many blocks it gave.
USED = f"{SCHEMA}.rules"


def build(
    engine: DuckDBEngine, context: RunContext, caps: Mapping[str, int] | None = None, *, keep: bool = False
) -> dict[str, int]:
    """List the pairs: a range of records at a time, so that memory holds the pairs of one range.

    Args:
        caps: the most records of a block by rule; default: found by the limits of the configuration.
        keep: keep for the next run what each record has in common with others.

    Returns:
        The most records of a block by rule.
    """
    schema = block_state.SCHEMA if keep else SCHEMA
    block_state.keep(engine, schema)
    blocks, limits, large = _blocks(engine, context, schema, caps)
    if caps is None:
        common = _common_cap(engine, context, schema, blocks)
        limits = {rule: min(cap, common) for rule, cap in limits.items()}
        large += [(rule, *found.over(limits[rule])) for rule, found in blocks.items()]
        blocks = {rule: found.up_to(limits[rule]) for rule, found in blocks.items()}
    if keep:
        block_state.keep_large(engine, [part for part in large if part[0] in RULES])
    orders = [engine.arrow(f"SELECT slot FROM {schema}.{order}")["slot"].to_numpy() for order in ORDERS]
    _write(engine, context, blocks, orders)
    rows = [(rule, limits[rule], len(found.sizes)) for rule, found in blocks.items()]
    engine.create_table(USED, "SELECT '' AS rule, 0::INTEGER AS largest, 0::BIGINT AS blocks WHERE false")
    engine.connection.executemany(f"INSERT INTO {USED} VALUES (?, ?, ?)", rows)
    return limits


def forget(engine: DuckDBEngine) -> None:
    """Drop the pairs and what they were made of."""
    engine.drop_schema(SCHEMA)


def _blocks(
    engine: DuckDBEngine, context: RunContext, schema: str, caps: Mapping[str, int] | None
) -> tuple[dict[str, Blocks], dict[str, int], list[block_state.Large]]:
    """Of every rule the blocks, the most records of one, and the blocks of more."""
    limits = context.config.identity
    most = limits.block_pairs_per_record * engine.row_count(f"{schema}.block_values")

    def of_rule(carried: Carried) -> tuple[str, int, Blocks, block_state.Large]:
        rule, (value, node) = carried
        every = blocks_of(value, node)
        cap = caps[rule] if caps else block_cap(
            every.counted(), most, limits.min_block_size, limits.max_block_size
        )  # fmt: skip
        return rule, cap, every.up_to(cap), (rule, *every.over(cap))

    blocks, found, large = {}, {}, []
    for rule, cap, kept, over in side_by_side(of_rule, _values(engine, schema), threads_of(engine)):
        blocks[rule], found[rule] = kept, cap
        large.append(over)
    return blocks, found, large


def _values(engine: DuckDBEngine, schema: str) -> Iterator[Carried]:
    """Rule -> what records have in common by it, and which records."""
    import numpy as np

    key, kind, node = block_state.key_records(engine)
    for number, rule in enumerate(KEYS):
        chosen = np.flatnonzero(kind == number)
        yield rule, (key[chosen], node[chosen])
    for rule in RULES:
        rows = engine.arrow(f"SELECT slot, {rule} AS value FROM {schema}.block_values WHERE {rule} <> 0")
        yield rule, (rows["value"].to_numpy(), rows["slot"].to_numpy())


def _common_cap(engine: DuckDBEngine, context: RunContext, schema: str, blocks: Mapping[str, Blocks]) -> int:
    """The block size up to which all rules together stay within the pairs of a run."""
    limits = context.config.identity
    sizes: dict[int, int] = {}
    for found in blocks.values():
        for size, number in found.counted():
            sizes[size] = sizes.get(size, 0) + number
    records = engine.row_count(f"{schema}.block_values")
    most = max(limits.max_candidate_pairs, limits.max_candidate_pairs_per_record * records)
    return block_cap(sizes.items(), most, smallest=2, largest=limits.max_block_size)


def _write(
    engine: DuckDBEngine, context: RunContext, blocks: Mapping[str, Blocks], orders: list[NDArray[np.int32]]
) -> None:
    import numpy as np
    import pyarrow as pa

    size, threads = engine.row_count("staging.records"), threads_of(engine)
    pairs = sum(size * (size - 1) // 2 * number for found in blocks.values() for size, number in found.counted())
    pairs += NEIGHBOURS * sum(len(order) for order in orders)
    # Each thread takes its share of the pairs that memory may hold at a time.
    passes = threads * (1 + pairs // context.config.identity.pairs_per_pass)

    def once(number: int) -> pa.Table:
        first, end = size * number // passes, size * (number + 1) // passes
        codes = [left.astype(np.int64) << 32 | right for left, right in _pairs(blocks, orders, first, end)]
        every = distinct(np.concatenate([np.zeros(0, np.int64), *codes]))
        return pa.table({"left_node": (every >> 32).astype(np.int32), "right_node": every.astype(np.int32)})

    engine.create_table(NAME, "SELECT 0::INTEGER AS left_node, 0::INTEGER AS right_node WHERE false")
    for made in side_by_side(once, range(passes), threads):
        with shown(engine, made_pairs=made):
            engine.execute(f"INSERT INTO {NAME} SELECT * FROM made_pairs")


def _pairs(blocks: Mapping[str, Blocks], orders: list[NDArray[np.int32]], first: int, end: int) -> Iterator[Pairs]:
    """The pairs of all blocks, and of each record with those that follow it in a sorted order; with repeats.

    Those whose smaller record is in [first, end): what a pass does not keep it need not list.
    """
    import numpy as np

    for found in blocks.values():
        yield from found.pairs(first, end)
    for order in orders:
        for step in range(1, NEIGHBOURS + 1):
            left, right = np.minimum(order[:-step], order[step:]), np.maximum(order[:-step], order[step:])
            here = (left >= first) & (left < end)
            yield left[here], right[here]
