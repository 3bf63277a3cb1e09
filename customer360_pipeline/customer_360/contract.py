"""The published contract of `customer_360` as a pandera schema: what a reader may rely on, column by column.

A row is cast to the types that the Customer 360 component documents (string, float, int, bool, timestamp) and then
validated without coercion. Conditions across tables are in `audits.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine

ROWS_AT_ONCE = 250_000

# Names and order are those of the component; the casts turn the warehouse's types into the documented ones.
CASTS = {
    "customer_id": "VARCHAR", "email": "VARCHAR", "first_name": "VARCHAR", "last_name": "VARCHAR",
    "created_at": "TIMESTAMP", "total_revenue": "DOUBLE", "total_orders": "BIGINT", "avg_order_value": "DOUBLE",
    "total_sessions": "BIGINT", "total_page_views": "BIGINT", "acquisition_source": "VARCHAR",
    "acquisition_medium": "VARCHAR", "acquisition_campaign": "VARCHAR", "last_interaction_date": "TIMESTAMP",
    "customer_lifetime_days": "BIGINT", "is_active": "BOOLEAN",
}  # fmt: skip


def schema(as_of: Any) -> Any:
    """The pandera schema of the 16 columns; `as_of` (naive UTC) bounds the times that are measured up to it."""
    import pandera.polars as pa
    import polars as pl

    def column(type_: Any, *checks: Any, nullable: bool = True) -> Any:
        return pa.Column(type_, list(checks), nullable=nullable)

    time = pl.Datetime("us")
    count = pa.Check.ge(0)
    text = pa.Check.str_length(min_value=1)
    return pa.DataFrameSchema(
        {
            "customer_id": column(pl.String, text, nullable=False),
            "email": column(pl.String, text),
            "first_name": column(pl.String, text),
            "last_name": column(pl.String, text),
            "created_at": column(time),
            "total_revenue": column(pl.Float64),
            "total_orders": column(pl.Int64, count),
            "avg_order_value": column(pl.Float64),
            "total_sessions": column(pl.Int64, count),
            "total_page_views": column(pl.Int64, count),
            "acquisition_source": column(pl.String, text),
            "acquisition_medium": column(pl.String),
            "acquisition_campaign": column(pl.String),
            "last_interaction_date": column(time, pa.Check.le(as_of)),
            "customer_lifetime_days": column(pl.Int64, count),
            "is_active": column(pl.Boolean, nullable=False),
        },
        strict=True,
        ordered=True,
        coerce=False,
    )


def contract_failures(engine: DuckDBEngine, table: str, as_of: Any) -> Counter[tuple[str, str]]:
    """Values of `table` that break the contract: (column, rule) -> how many. No value leaves this function."""
    import pandera.polars as pa
    import polars as pl

    select = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in CASTS.items())
    found: Counter[tuple[str, str]] = Counter()
    expected = schema(as_of)
    for batch in engine.batches(f"SELECT {select} FROM {table}", rows=ROWS_AT_ONCE):
        try:
            expected.validate(pl.DataFrame(batch), lazy=True)
        except pa.errors.SchemaErrors as errors:
            for case in errors.failure_cases.select("column", "check").iter_rows():
                found[(str(case[0]), str(case[1]))] += 1
    return found
