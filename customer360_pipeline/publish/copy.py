"""Copies a table of the run into the version file; what joins or sorts many rows, a part of the customers at a time.

Five million records have fourteen million events: to join and sort all of them at once spills more than a gigabyte, and
beside what the run still holds it did not fit in 1.5 GB. Not here: what is published (`database.py`).
"""

from __future__ import annotations

from itertools import pairwise

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote

CUSTOMERS = "customer_360.customer_360"
CUSTOMERS_AT_ONCE = 1_000_000


def copy_table(engine: DuckDBEngine, source: str, target: str, *, is_view: bool, newest_first: bool) -> None:
    """Make `target` of the rows of `source`.

    Args:
        source: `room.table` of the run.
        target: quoted name in the version file.
        is_view: `source` is computed as it is read.
        newest_first: sort by customer, the newest event first. A page then reads one customer's newest events from a
            few row groups, without an index.
    """
    columns = [name for name, _ in engine.columns(source)]
    select = f"SELECT * FROM {'.'.join(map(quote, source.split('.')))}"
    order = _order(columns) if newest_first else ""
    parts = _parts(engine) if is_view and "customer_id" in columns else ["true"]
    for number, part in enumerate(parts):
        into = f"INSERT INTO {target}" if number else f"CREATE TABLE {target} AS"
        engine.execute(f"{into} {select} WHERE {part}{order}")


def _parts(engine: DuckDBEngine) -> list[str]:
    """Conditions on customer_id that part the customers, in its order; one that is always true for few customers."""
    if not engine.exists(CUSTOMERS) or engine.row_count(CUSTOMERS) <= CUSTOMERS_AT_ONCE:
        return ["true"]
    firsts = engine.rows(
        "SELECT customer_id FROM (SELECT customer_id, row_number() OVER (ORDER BY customer_id) - 1 AS place "
        f"FROM {CUSTOMERS}) AS placed WHERE place > 0 AND place % $step = 0 ORDER BY customer_id",
        {"step": CUSTOMERS_AT_ONCE},
    )
    starts = [literal(first) for (first,) in firsts]
    between = [f"customer_id >= {low} AND customer_id < {high}" for low, high in pairwise(starts)]
    return [f"customer_id < {starts[0]}", *between, f"customer_id >= {starts[-1]}"]


def _order(columns: list[str]) -> str:
    first = ["customer_id", *(f"{quote(name)} DESC" for name in ("occurred_at",) if name in columns)]
    rest = [quote(name) for name in columns if name not in {"customer_id", "occurred_at"}]
    return " ORDER BY " + ", ".join(first + rest)
