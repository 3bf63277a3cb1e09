"""Reads a document from a published version: the declared columns of the declared rows, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from customer360_pipeline.document.parts import Document, Figure, Keyed, Part, Row, Rows, Values, walk
from customer360_pipeline.engine.duckdb import literal, quote

SCHEMA_VERSION = "1.0"


def build(connection: Any, document: Document, name: str) -> dict[str, Any]:
    """The document of one account or person, as JSON values.

    Args:
        connection: a DuckDB connection to a published version.
        document: what to build.
        name: the account_id or customer_id; it must exist.

    Returns:
        Money as numbers in the `reportingCurrency` unless a currency stands beside it, times as ISO 8601 in UTC, days
        as ISO dates. What nobody knows is null. `provenance` says of each figure what kind of statement it is and which
        published rows hold it.
    """
    found = connection.execute("SELECT * FROM main.metadata")
    metadata = dict(zip([column[0] for column in found.description], found.fetchall()[0], strict=True))
    as_of = metadata["as_of"]
    reader = _Reader(connection, {"id": name, "as_of": as_of})
    body = reader.read(document.root)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "generatedAt": _json(as_of),
        "version": metadata["version"],
        "reportingCurrency": _reporting_currency(metadata.get("settings")),
        **body,
        "provenance": provenance(document, name, as_of),
    }


def _reporting_currency(settings: str | None) -> str | None:
    """Of the configuration that the version was made with; None: a version of an earlier release does not tell."""
    config = json.loads(settings).get("config", {}) if settings else {}
    currency: str | None = config.get("metrics", {}).get("reporting_currency")
    return currency


def provenance(document: Document, name: str, as_of: datetime) -> dict[str, dict[str, Any]]:
    """Of each figure: its kind, and where it and the rows behind it stand, by its path in the document."""
    return {
        path: {
            "kind": figure.kind,
            "table": part.table,
            "column": figure.column,
            "where": bound(part.where, name, as_of),
            **_rows_behind(figure, name, as_of),
        }
        for path, part, _, figure in walk(document.root)
    }


def _rows_behind(figure: Figure, name: str, as_of: datetime) -> dict[str, str]:
    if figure.rows is None:
        return {}
    table, where = figure.rows
    return {"rowsTable": table, "rowsWhere": bound(where, name, as_of)}


def bound(condition: str, name: str, as_of: datetime) -> str:
    """A condition with its values written out, as `customer360 show TABLE --where` takes it."""
    return condition.replace("$id", literal(name)).replace("$as_of", f"TIMESTAMP {literal(str(as_of))}")


class _Reader:
    def __init__(self, connection: Any, values: Mapping[str, Any]) -> None:
        self.connection = connection
        self.values = values

    def read(self, part: Part) -> Any:
        if isinstance(part, Values):
            return [row[0] for row in self._rows(part, {"value": part.figure}, part.order, part.limit)]
        if isinstance(part, Rows):
            found = self._rows(part, part.figures, part.order, part.limit)
            return [dict(zip(part.figures, row, strict=True)) for row in found]
        if isinstance(part, Keyed):
            return self._keyed(part)
        return self._row(part)

    def _row(self, part: Row) -> dict[str, Any] | None:
        found = self._rows(part, part.figures, part.order, 1)
        if not found:
            return None
        values = dict(zip(part.figures, found[0], strict=False))
        return values | {name: self.read(inner) for name, inner in part.parts.items()}

    def _keyed(self, part: Keyed) -> dict[str, Any]:
        figures = {"_": Figure(part.key), **part.figures}
        found = {row[0]: row[1:] for row in self._rows(part, figures, "", None)}
        unknown = (None,) * len(part.figures)
        return {name: dict(zip(part.figures, found.get(name, unknown), strict=True)) for name in part.names}

    def _rows(self, part: Part, figures: Mapping[str, Figure], order: str, limit: int | None) -> list[tuple[Any, ...]]:
        columns = ", ".join(quote(figure.column) for figure in figures.values()) or "1"
        sql = f"SELECT {columns} FROM main.{quote(part.table)} WHERE {part.where}"
        sql += f" ORDER BY {order}" if order else ""
        sql += f" LIMIT {limit}" if limit is not None else ""
        values = {name: value for name, value in self.values.items() if f"${name}" in part.where}
        return [tuple(map(_json, row)) for row in self.connection.execute(sql, values).fetchall()]


def _json(value: Any) -> Any:
    """A value as JSON has it. Amounts have at most 15 digits, which a number of JSON keeps."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return value
