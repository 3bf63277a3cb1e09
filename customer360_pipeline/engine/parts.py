"""A large table is made a part of its rows at a time, where all at once would not fit into memory.

A join keeps a row of each table that it looks up, for as long as it runs. Of two million accounts with eleven sections
that is more than the 1.5 GB with which five million records are to be built; half a million of them spill nothing.
"""

from __future__ import annotations

from itertools import pairwise

from customer360_pipeline.engine.base import Engine
from customer360_pipeline.engine.duckdb import literal

ROWS_AT_ONCE = 500_000


def conditions(engine: Engine, key: str, everyone: str, *, rows: int, has_null: bool) -> list[str]:
    """Conditions on a key that part the rows of a query, in the order of the key; for few, one that is always true.

    Args:
        key: text column of the query.
        everyone: table with one row per value of the key, by which parts are cut.
        rows: keys of a part.
        has_null: rows without a key are part of the first one. Where there are none, better not to ask for them: a
            plain comparison is passed on to all tables that are joined by the key, and one with OR is not.
    """
    if not engine.exists(everyone) or engine.row_count(everyone) <= rows:
        return ["true"]
    firsts = engine.rows(
        f"SELECT {key} FROM (SELECT {key}, row_number() OVER (ORDER BY {key}) - 1 AS place FROM {everyone}) AS placed "
        f"WHERE place > 0 AND place % $step = 0 ORDER BY {key}",
        {"step": rows},
    )
    starts = [literal(first) for (first,) in firsts]
    first = f"({key} < {starts[0]} OR {key} IS NULL)" if has_null else f"{key} < {starts[0]}"
    between = [f"{key} >= {low} AND {key} < {high}" for low, high in pairwise(starts)]
    return [first, *between, f"{key} >= {starts[-1]}"]
