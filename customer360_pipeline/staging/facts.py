"""Whom and which company facts name, of every shape that says so. A shape adds rows here and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import literal, quote
from customer360_pipeline.engine.table_file import Column, Table
from customer360_pipeline.sources.shapes import SHAPES, Shape
from customer360_pipeline.staging.unions import ORIGIN, nothing

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext


def _named(shape: Shape, names: tuple[str, ...]) -> str:
    """The shape's fields of these names; NULL where it has none of the name."""
    return ", ".join(name if name in shape.fields else f"CAST(NULL AS VARCHAR) AS {name}" for name in names)


def _rows(shape: Shape) -> str:
    return f"staging.{quote(shape.name + '_rows')}"


def _fact_people(engine: DuckDBEngine, context: RunContext) -> None:
    parts = [
        f"SELECT source, category, entity, {_named(shape, _PERSON)}, {shape.dated_by} AS occurred_at, source_file, "
        f"source_row FROM {_rows(shape)}"
        for shape in SHAPES.values()
        if shape.names_person
    ]
    engine.create_table("staging.fact_people", "\nUNION ALL\n".join(parts), view=True)


def _account_items(engine: DuckDBEngine, context: RunContext) -> None:
    parts = [
        f"SELECT source, entity, {literal(shape.name)} AS kind, {quote(shape.key)} AS item_id, "
        f"{_named(shape, (*_PERSON, 'account_id', 'opportunity_id'))} FROM {_rows(shape)}"
        for shape in SHAPES.values()
        if shape.names_account
    ]
    engine.create_table("staging.account_items", "\nUNION ALL\n".join(parts) or nothing(_ITEMS.columns), view=True)


_PERSON = ("record_id", "user_id", "email")
_WHO = (
    Column("record_id", "VARCHAR", "Record id of the person in the same source."),
    Column("user_id", "VARCHAR", "Id of the person in the product."),
    Column("email", "VARCHAR", "Address, as written."),
)
_PEOPLE = Table(
    name="staging.fact_people",
    description="Whom each fact names: one row per row of every shape that names a person.",
    columns=(
        *ORIGIN,
        *_WHO,
        Column("occurred_at", "TIMESTAMP", "When, UTC."),
        Column("source_file", "VARCHAR", "The extract the row stands in."),
        Column("source_row", "BIGINT", "The row's number in that file, from 1."),
    ),
    depends=tuple(f"staging.{shape.name}_rows" for shape in SHAPES.values() if shape.names_person),
    materialized="view",
    build=_fact_people,
)
_ITEMS = Table(
    name="staging.account_items",
    description="Which company or person each fact that belongs to an account names: one row per row of every shape "
    "that names an account.",
    columns=(
        ORIGIN[0],
        ORIGIN[2],
        Column("kind", "VARCHAR", "The fact's shape."),
        Column("item_id", "VARCHAR", "The fact's id."),
        *_WHO,
        Column("account_id", "VARCHAR", "Id of the company in the same source."),
        Column("opportunity_id", "VARCHAR", "Id of the opportunity in the same source."),
    ),
    depends=tuple(f"staging.{shape.name}_rows" for shape in SHAPES.values() if shape.names_account),
    materialized="view",
    build=_account_items,
)

TABLES = tuple((_PEOPLE, _ITEMS))
