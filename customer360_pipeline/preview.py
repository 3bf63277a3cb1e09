"""A few rows of a table with everything personal masked, for logs and metadata that many may read."""

from __future__ import annotations

from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine, quote

MASK = "•••"
# Text columns whose words come from vendors or from this project, never from a person.
VOCABULARY = frozenset({
    "source", "entity", "category", "record_type", "kind", "rule", "status", "reason", "field", "severity", "fact",
    "event_type", "currency", "strategy", "is_winner", "name", "column_name", "account_source",
    "touch_source", "medium", "marketing_status", "winner_source", "check_name", "table_name",
})  # fmt: skip
# Dates that would tell a person apart.
PERSONAL_DATES = frozenset({"birth_date"})


def preview(engine: DuckDBEngine, table: str, rows: int = 5, columns: int = 12) -> str:
    """The first rows as a markdown table: numbers, flags and times as they are, text masked unless it is vocabulary."""
    schema, name = table.split(".")
    shown = engine.columns(table)[:columns]
    fields = ", ".join(_field(column, type_) for column, type_ in shown)
    found = engine.rows(f"SELECT {fields} FROM {quote(schema)}.{quote(name)} LIMIT {rows}")
    head = [f"| {' | '.join(column for column, _ in shown)} |", f"|{'---|' * len(shown)}"]
    return "\n".join([*head, *(f"| {' | '.join(map(_cell, row))} |" for row in found)])


def _field(column: str, type_: str) -> str:
    text = type_ == "VARCHAR" or "[" in type_ or type_.startswith(("STRUCT", "MAP", "JSON", "BLOB", "UUID"))
    if (text and column not in VOCABULARY) or column in PERSONAL_DATES:
        return f"CASE WHEN {quote(column)} IS NOT NULL THEN '{MASK}' END"
    return quote(column)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
