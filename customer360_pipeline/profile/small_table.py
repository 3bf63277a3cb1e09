"""Makes a small table from rows that Python knows, such as settings. Data goes through Arrow instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table


def create_small_table(engine: DuckDBEngine, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Replace `table` by `rows` (values in the order of its columns), typed as its columns say."""
    names = ", ".join(column.name for column in table.columns)
    typed = ", ".join(f"CAST({column.name} AS {column.type}) AS {column.name}" for column in table.columns)
    width = len(table.columns)
    parameters = {f"v{r}_{c}": value for r, row in enumerate(rows) for c, value in enumerate(row)}
    lines = [f"({', '.join(f'$v{r}_{c}' for c in range(width))})" for r in range(len(rows))]
    listed = ", ".join(lines) or f"({', '.join(['NULL'] * width)})"
    engine.create_table(
        table.name,
        f"SELECT {typed} FROM (VALUES {listed}) AS given({names}) WHERE {'TRUE' if rows else 'FALSE'}",
        parameters,
    )
