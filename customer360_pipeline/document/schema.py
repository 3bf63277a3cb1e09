"""The JSON Schema (2020-12) of a profile document, from its declaration and the tables' own headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customer360_pipeline.document.parts import Document, Figure, Keyed, Part, Row, Rows
from customer360_pipeline.engine.table_file import Column, Table

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {
    "VARCHAR": {"type": "string"},
    "BOOLEAN": {"type": "boolean"},
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string", "format": "date-time"},
    "BIGINT": {"type": "integer"},
    "INTEGER": {"type": "integer"},
    "DOUBLE": {"type": "number"},
}
_FIXED: dict[str, Any] = {
    "schemaVersion": {"type": "string", "description": "Version of this schema."},
    "generatedAt": {"type": "string", "format": "date-time", "description": "The clock of the run, UTC."},
    "version": {"type": "string", "description": "Published version it was read from."},
    "reportingCurrency": {
        "type": ["string", "null"],
        "description": "ISO 4217 code of every amount beside which no currency stands.",
    },
    "provenance": {
        "type": "object",
        "description": "Of each figure, by its path: the kind of statement, and the published rows that hold it.",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "kind": {"enum": ["observed", "derived", "inferred"]},
                "table": {"type": "string"},
                "column": {"type": "string"},
                "where": {"type": "string"},
                "rowsTable": {"type": "string"},
                "rowsWhere": {"type": "string"},
            },
            "required": ["kind", "table", "column", "where"],
            "additionalProperties": False,
        },
    },
}


def schema(document: Document, tables: Mapping[str, Table]) -> dict[str, Any]:
    """The schema of one kind of document.

    Args:
        document: its declaration.
        tables: the published tables, by name without a room.

    Raises:
        KeyError: the declaration names a table or column that no header has.
    """
    body = _of(document.root, tables)
    properties = _FIXED | body["properties"]
    return {
        "$schema": DRAFT,
        "title": document.name,
        "description": document.description,
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _of(part: Part, tables: Mapping[str, Table]) -> dict[str, Any]:
    columns = {column.name: column for column in tables[part.table].columns}
    if isinstance(part, Row):
        inner = {name: _nested(child, tables) for name, child in part.parts.items()}
        return _object(_figures(part.figures, columns) | inner)
    if isinstance(part, Rows):
        return {"type": "array", "maxItems": part.limit, "items": _object(_figures(part.figures, columns))}
    if isinstance(part, Keyed):
        return _object({name: _object(_figures(part.figures, columns)) for name in part.names})
    return {"type": "array", "maxItems": part.limit, "items": _figure(columns[part.figure.column])}


def _nested(part: Part, tables: Mapping[str, Table]) -> dict[str, Any]:
    """A part inside another: an object may be null, when no row tells of it."""
    found = _of(part, tables)
    return found | {"type": ["object", "null"]} if isinstance(part, Row) else found


def _figures(figures: Mapping[str, Figure], columns: Mapping[str, Column]) -> dict[str, Any]:
    return {name: _figure(columns[figure.column]) for name, figure in figures.items()}


def _figure(column: Column) -> dict[str, Any]:
    known = _TYPES.get(column.type, {"type": "number"})
    return {**known, "type": [known["type"], "null"], "description": column.description}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties),
        "additionalProperties": False,
    }
