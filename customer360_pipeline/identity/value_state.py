"""What a run keeps so that the next one counts only the values that changed: a hash per value, in schema `key_state`.

A row of `identity.key_values` depends on how many records carry the value and on their given names, and on nothing
else of them. What fits no more, or was not finished, counts as nothing: the next run counts all values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.blocks import block_starts
from customer360_pipeline.identity.fuzzy_state import fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

SCHEMA = "key_state"
_ABOUT, _SEEN, _VALUES = f"{SCHEMA}.values_about", f"{SCHEMA}.key_values", "identity.key_values"
_ODD = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Values:
    """The values that several records carry, ascending: 64-bit hashes of each, and of its records and their names."""

    value: NDArray[np.uint64]
    content: NDArray[np.uint64]


@dataclass(frozen=True)
class Renewal:
    """What is counted anew.

    Args:
        value: hashes of the values to count.
        gone: numbers of the rows that go, those of values to count too.
        free: numbers for the counted values, as many.
    """

    value: NDArray[np.uint64]
    gone: NDArray[np.int32]
    free: NDArray[np.int32]


@dataclass(frozen=True)
class Changes:
    """The values of today, and what of them to count; None: all. `made_by`: fingerprint of code and settings."""

    made_by: str
    seen: Values
    renewal: Renewal | None


def value_hash(engine: DuckDBEngine) -> str:
    """SQL of the hash of a value of `staging.identifiers` or `identity.key_values`."""
    return engine.joint_hash("kind", "value")


def changes(engine: DuckDBEngine, context: RunContext) -> Changes | None:
    """Compare today's values with those of the last run; None where there are so few records that nothing is kept."""
    if engine.row_count("staging.records") < context.config.identity.incremental_min_records:
        return None
    made_by, seen = fingerprint(context), _seen(engine)
    if context.full_resolve or not all(engine.exists(name) for name in (_ABOUT, _SEEN, _VALUES)):
        return Changes(made_by, seen, None)
    if engine.rows(f"SELECT fingerprint FROM {_ABOUT}") != [(made_by,)]:
        return Changes(made_by, seen, None)
    rows = engine.arrow(f"SELECT value, content, key_id FROM {_SEEN} ORDER BY value")
    last = Values(rows["value"].to_numpy(), rows["content"].to_numpy())
    return Changes(made_by, seen, renewals(last, rows["key_id"].to_numpy(), seen))


def renewals(last: Values, key_id: NDArray[np.int32], now: Values) -> Renewal:
    """What changed between two runs; the numbers stay dense from 0. `key_id`: those of the last values."""
    import numpy as np

    number = np.full(len(now.value), -1, dtype=np.int64)
    if len(last.value):
        near = np.minimum(np.searchsorted(last.value, now.value), len(last.value) - 1)
        same = (last.value[near] == now.value) & (last.content[near] == now.content)
        number[same] = key_id[near[same]]
    number[number >= len(number)] = -1
    stays = np.zeros(max(len(number), int(key_id.max(initial=-1)) + 1), np.bool_)
    stays[number[number >= 0]] = True
    free = np.flatnonzero(~stays[: len(number)]).astype(np.int32)
    return Renewal(now.value[number < 0], key_id[~stays[key_id]], free)


def invalidate(engine: DuckDBEngine) -> None:
    """Let what was kept count no more, because the values are about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {_ABOUT}")


def save(engine: DuckDBEngine, found: Changes) -> None:
    """Keep the hashes of the values that `identity.key_values` was made of."""
    import pyarrow as pa

    from customer360_pipeline.identity.candidates import shown

    with shown(engine, seen_input=pa.table({"value": found.seen.value, "content": found.seen.content})):
        engine.create_table(
            _SEEN,
            f"SELECT s.value, s.content, v.key_id FROM (SELECT key_id, {value_hash(engine)} AS value FROM {_VALUES}) "
            "AS v INNER JOIN seen_input AS s ON s.value = v.value",
        )
    if engine.row_count(_SEEN) == len(found.seen.value) == engine.row_count(_VALUES):
        engine.create_table_from_arrow(_ABOUT, pa.table({"fingerprint": [found.made_by]}))


def _seen(engine: DuckDBEngine) -> Values:
    import numpy as np

    rows = engine.arrow(f"SELECT node, {value_hash(engine)} AS value FROM staging.identifiers")
    names = engine.arrow(f"SELECT node, {engine.hash_of('first_name_key')} AS name FROM staging.records")
    name = np.zeros(names.num_rows, np.uint64)
    name[names["node"].to_numpy()] = names["name"].to_numpy()
    value = rows["value"].to_numpy()
    order = np.argsort(value)
    value, carried = value[order], name[rows["node"].to_numpy()[order]]
    starts = block_starts(value)
    sizes = np.diff(np.append(starts, len(value)))
    several = np.flatnonzero(sizes > 1)
    # Only sums of records in any order are compared, so each name counts as a number of its own.
    content = np.add.reduceat(carried * np.uint64(_ODD), starts) if len(starts) else carried
    return Values(value[starts[several]], content[several] + sizes[several].astype(np.uint64))
