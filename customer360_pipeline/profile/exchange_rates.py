"""The dated exchange rates of the configuration as a table. Converting is in `profile/money.sql`."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

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
    """Each rate holds until the next one of its currency."""
    rates = sorted(context.config.metrics.exchange_rates, key=lambda rate: (rate.currency, rate.valid_from))
    ends = [later.valid_from if later.currency == rate.currency else LAST_DAY for rate, later in pairwise(rates)]
    rows = [(r.currency, r.valid_from, end, r.rate) for r, end in zip(rates, [*ends, LAST_DAY], strict=False)]
    create_small_table(engine, TABLE, rows)
