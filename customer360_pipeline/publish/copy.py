"""Copies a table of the run into the version file; what joins or sorts many rows, a part of the customers at a time.

Five million records have fourteen million events: to join and sort all of them at once spills more than a gigabyte, and
beside what the run still holds it did not fit in 1.5 GB. Not here: what is published (`database.py`).
"""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine, quote
from customer360_pipeline.engine.parts import conditions

CUSTOMERS_AT_ONCE = 1_000_000
_EVERYONE = {"customer_id": "customer_360.customer_360", "account_id": "customer_360.account_360"}


def copy_table(engine: DuckDBEngine, source: str, target: str, *, is_view: bool, newest_first: str | None) -> None:
    """Make `target` of the rows of `source`.

    Args:
        source: `room.table` of the run.
        target: quoted name in the version file.
        is_view: `source` is computed as it is read.
        newest_first: column to sort by, the newest event of each first. A page then reads one customer's newest events
            from a few row groups, without an index. None: as they come.
    """
    columns = [name for name, _ in engine.columns(source)]
    select = f"SELECT * FROM {'.'.join(map(quote, source.split('.')))}"
    order = _order(columns, newest_first) if newest_first else ""
    key = newest_first or "customer_id"
    parts = ["true"]
    if is_view and key in columns:
        # What names nobody belongs to the first part.
        parts = conditions(engine, key, _EVERYONE[key], rows=CUSTOMERS_AT_ONCE, has_null=True)
    for number, part in enumerate(parts):
        into = f"INSERT INTO {target}" if number else f"CREATE TABLE {target} AS"
        engine.execute(f"{into} {select} WHERE {part}{order}")


def _order(columns: list[str], first: str) -> str:
    leading = [first, *(f"{quote(name)} DESC" for name in ("occurred_at",) if name in columns)]
    rest = [quote(name) for name in columns if name not in {first, "occurred_at"}]
    return " ORDER BY " + ", ".join(leading + rest)
