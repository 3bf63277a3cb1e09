"""The dated exchange rates as a table. Reading them is in `sources/exchange_rates.py`, converting in `money.sql`."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.exchange_rates import exchange_rates

LAST_DAY = date(9999, 12, 31)

TABLE = Table(
    name="profile.exchange_rates",
    description="What one unit of a currency is worth in the reporting currency, by day. One row per period.",
    columns=columns(
        "currency VARCHAR | ISO 4217 code.",
        "valid_from DATE | First day (UTC) of the rate.",
        "valid_to DATE | First day (UTC) after it; 9999-12-31 for the latest rate.",
        "rate DECIMAL(18,9) | Units of the reporting currency for one unit of `currency`.",
    ),
    unique=(("currency", "valid_from"),),
    not_null=("currency", "valid_from", "valid_to", "rate"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Each rate holds until the next one of its currency.

    Raises:
        FileRefused: exchange_rates.csv holds something else.
    """
    import pyarrow as pa

    rates = exchange_rates(context.extracts, context.config.metrics)
    ends = [later.valid_from if later.currency == rate.currency else LAST_DAY for rate, later in pairwise(rates)]
    data = {
        "currency": pa.array([rate.currency for rate in rates], pa.string()),
        "valid_from": pa.array([rate.valid_from for rate in rates], pa.date32()),
        "valid_to": pa.array([*ends, LAST_DAY][: len(rates)], pa.date32()),
        "rate": pa.array([rate.rate for rate in rates], pa.decimal128(18, 9)),
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(data))
