"""A few rows of a table with everything personal masked, for logs and metadata that many may read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine, quote
from customer360_pipeline.engine.table_file import Column

MASK = "•••"
# Text columns whose words come from vendors or from this project, never from a person.
VOCABULARY = frozenset({
    "source", "entity", "category", "record_type", "kind", "rule", "status", "reason", "field", "severity", "fact",
    "event_type", "currency", "strategy", "is_winner", "name", "column_name", "account_source",
    "touch_source", "medium", "marketing_status", "winner_source", "check_name", "table_name",
})  # fmt: skip
# Dates that would tell a person apart.
PERSONAL_DATES = frozenset({"birth_date"})


def preview(engine: DuckDBEngine, table: str, columns: Sequence[Column], rows: int = 5, limit: int = 12) -> str:
    """The first rows as a markdown table: numbers, flags and times as they are, text masked unless it is vocabulary.

    Args:
        columns: of the table, in order; the first `limit` of them are shown.
    """
    schema, name = table.split(".")
    shown = columns[:limit]
    fields = ", ".join(_field(column.name, column.type) for column in shown)
    found = engine.rows(f"SELECT {fields} FROM {quote(schema)}.{quote(name)} LIMIT {rows}")
    head = [f"| {' | '.join(column.name for column in shown)} |", f"|{'---|' * len(shown)}"]
    return "\n".join([*head, *(f"| {' | '.join(map(_cell, row))} |" for row in found)])


def _field(column: str, type_: str) -> str:
    text = type_ == "VARCHAR" or "[" in type_ or type_.startswith(("STRUCT", "MAP", "JSON", "BLOB", "UUID"))
    if (text and column not in VOCABULARY) or column in PERSONAL_DATES:
        return f"CASE WHEN {quote(column)} IS NOT NULL THEN '{MASK}' END"
    return quote(column)


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def masked(kind: str, value: str, blocked: str | None = None) -> str:
    """A key in words that tell it from others without telling whose it is: `email a•••@m•••`, `phone +1•••71`.

    What configuration lists (a placeholder, the name of a role mailbox) is nobody's and stays readable.
    """
    if blocked == "placeholder":
        return f"{kind} {value}"
    if "@" in value:
        name, _, domain = value.rpartition("@")
        return f"{kind} {name if blocked == 'role_mailbox' else name[:1] + MASK}@{domain[:1]}{MASK}"
    if kind == "phone":
        return f"{kind} {value[:2]}{MASK}{value[-2:]}" if len(value) > 6 else f"{kind} {MASK}"
    return f"{kind} {value[:2]}{MASK}" if len(value) > 4 else f"{kind} {MASK}"
