"""All rows of one shape, of every source, as one view per shape. A source adds rows here and nothing else.

Canonical keys do not belong here: `staging.records` and its neighbours make them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import literal, quote
from customer360_pipeline.engine.table_file import Column, Table
from customer360_pipeline.sources.shapes import SHAPES, Shape

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

ORIGIN = (
    Column("source", "VARCHAR", "The source's name."),
    Column("category", "VARCHAR", "Kind of source: payments, crm, marketing, analytics, support, product or success."),
    Column("entity", "VARCHAR", "The source's entity."),
)
_TRAILER = {
    "extra": "JSON of the vendor's fields that are not mapped.",
    "source_file": "The extract the row stands in.",
    "source_row": "The row's number in that file, from 1.",
}


def _columns(shape: Shape) -> tuple[Column, ...]:
    described = {name: meaning for name, (_, meaning) in shape.fields.items()} | _TRAILER
    return ORIGIN + tuple(Column(name, type_, described[name]) for name, type_ in shape.columns())


def _union_sql(shape: Shape, context: RunContext) -> str:
    names = ", ".join(quote(name) for name, _ in shape.columns())
    parts = [
        f"SELECT {literal(source.source)} AS source, {literal(source.category)} AS category, "
        f"{literal(entity)} AS entity, {names} FROM raw.{quote(f'{source.source}_{entity}')}"
        for source in context.sources
        for entity, contract in source.entities.items()
        if contract.shape == shape.name
    ]
    return "\nUNION ALL\n".join(parts) or nothing(_columns(shape))


def nothing(columns: tuple[Column, ...]) -> str:
    """A SELECT of these columns and no rows."""
    return f"SELECT {', '.join(f'CAST(NULL AS {c.type}) AS {quote(c.name)}' for c in columns)} WHERE false"


def _build(engine: DuckDBEngine, context: RunContext, *, shape: Shape) -> None:
    engine.create_table(f"staging.{shape.name}_rows", _union_sql(shape, context), view=True)


TABLES = tuple(
    Table(
        name=f"staging.{shape.name}_rows",
        description=f"Every accepted {shape.name.replace('_', ' ')} row of every source, as the boundary typed it.",
        columns=_columns(shape),
        depends=(f"raw:{shape.name}",),
        materialized="view",
        build=partial(_build, shape=shape),
    )
    for shape in SHAPES.values()
)
