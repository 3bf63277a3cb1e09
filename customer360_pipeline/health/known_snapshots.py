"""What earlier versions published of each account's days, read from the version that this run follows.

Of the day of as_of nothing is taken over: the run makes it anew, and a day made twice is the same. Days after as_of
stay, so that a run for a past day loses none; no figure reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity.parent_version import attached

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

COLUMNS = columns(
    "account_id VARCHAR | The account.",
    "day DATE | The day (UTC) whose run made the row.",
    "arr DECIMAL(18,2) | Recurring revenue of a year, reporting currency.",
    "health_score DECIMAL(5,2) | Overall score.",
    "usage_score DECIMAL(5,2) | Score of the dimension; NULL: unknown.",
    "engagement_score DECIMAL(5,2) | Score of the dimension.",
    "support_score DECIMAL(5,2) | Score of the dimension.",
    "commercial_score DECIMAL(5,2) | Score of the dimension.",
    "outcome_score DECIMAL(5,2) | Score of the dimension.",
    "coverage DECIMAL(5,4) | Share of the weights of all signals that was known.",
    "churn_risk_score DECIMAL(5,2) | Risk of churn as it was told that day.",
    "mau BIGINT | Active users of 30 days.",
    "open_tickets BIGINT | Open tickets.",
    "nps_score DECIMAL(5,2) | Net promoter score.",
    "overdue_days BIGINT | Days since the earliest missed due date.",
    "days_to_renewal BIGINT | Days to the renewal or end of the contract.",
)
TABLE = Table(
    name="health.known_snapshots",
    description="Days of accounts that earlier versions published: all of the last health.snapshot_daily_days, then "
    "the first of each month; empty for a first run. One row per account and day.",
    columns=COLUMNS,
    unique=(("account_id", "day"),),
    not_null=("account_id", "day"),
)
PUBLISHED = "account_snapshots"


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Copy the days that are kept; a version of an earlier release has none."""
    with attached(engine, context) as parent:
        there = _columns_there(engine, parent.prefix) if parent is not None else set()
        values = ", ".join(f"CAST({c.name if c.name in there else 'NULL'} AS {c.type}) AS {c.name}" for c in COLUMNS)
        if parent is None or not there:
            nothing = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in COLUMNS)
            engine.create_table(TABLE.name, f"SELECT {nothing} WHERE false")
            return
        health = context.config.health
        engine.create_table(
            TABLE.name,
            f"SELECT * EXCLUDE (place) FROM (SELECT {values}, ROW_NUMBER() OVER (PARTITION BY account_id, "
            f"DATE_TRUNC('month', day) ORDER BY day) AS place FROM {parent.prefix}.{PUBLISHED} WHERE day <> $today) "
            "WHERE day > $today - $daily OR (place = 1 AND day > $today - $monthly) ORDER BY account_id, day",
            {
                "today": context.as_of.date(),
                "daily": health.snapshot_daily_days,
                "monthly": health.snapshot_monthly_days,
            },
        )


def _columns_there(engine: DuckDBEngine, prefix: str) -> set[str]:
    catalog, schema = prefix.split(".")
    found = engine.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_catalog = $catalog AND table_schema = $schema "
        "AND table_name = $name",
        {"catalog": catalog, "schema": schema, "name": PUBLISHED},
    )
    return {row[0] for row in found}
