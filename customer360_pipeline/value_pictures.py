"""Pictures of what customers are worth and where they are known, as markdown images; never a person.

Not here: how a chart is drawn (`charts.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from customer360_pipeline.charts import as_markdown, bars, lying, share_map, stacked
from customer360_pipeline.engine.duckdb import quote

# In this order they are drawn from the zero line.
_MOVEMENTS = ("new", "contraction", "expansion", "reactivation", "churn")


def lifetime_values(path: Path, customer_table: str) -> str:
    """How many customers have which lifetime value, in steps that double, as a markdown image.

    Where no expectation is known, what the customer has paid. `path` is a version's file.
    """
    rows = _rows(
        path,
        "SELECT CASE WHEN value <= 0 THEN -1 ELSE GREATEST(FLOOR(LOG2(value))::INTEGER, 0) END AS step, COUNT(*) "
        f"FROM (SELECT COALESCE(ltv, total_revenue)::DOUBLE AS value FROM {quote(customer_table)}) "
        "WHERE value IS NOT NULL GROUP BY 1 ORDER BY 1",
    )
    counts = dict(rows)
    steps = range(min(counts, default=0), max(counts, default=-1) + 1)
    labels = ["0" if step < 0 else f"{2**step:,}" for step in steps]
    title = "Lifetime value, from"
    return as_markdown(bars(labels, [counts.get(step, 0) for step in steps], title, "customers"), title)


def cohort_heat_map(path: Path, cohorts: int = 24) -> str:
    """The share of each of the latest cohorts that was active in each complete month since, as a markdown image."""
    rows = _rows(
        path,
        "SELECT STRFTIME(acquisition_month, '%Y-%m'), months_since, retained_ratio::DOUBLE FROM cohorts "
        "WHERE is_complete AND acquisition_month IS NOT NULL ORDER BY 1, 2",
    )
    months = sorted({month for month, *_ in rows})[-cohorts:]
    shares: dict[str, dict[int, float]] = {month: {} for month in months}
    for month, since, share in rows:
        if month in shares:
            shares[month][since] = share
    title = "Active customers by months since acquisition"
    return as_markdown(share_map(months, list(shares.values()), title, "months since"), "Retention by cohort")


def arr_movements(path: Path, months: int = 24) -> str:
    """What was won and lost of annual recurring revenue in each of the last months, as a markdown image."""
    rows = _rows(
        path,
        "SELECT STRFTIME(month_date, '%Y-%m'), movement, SUM(reporting_arr_change)::DOUBLE FROM arr_movements "
        "WHERE reporting_arr_change IS NOT NULL GROUP BY 1, 2 ORDER BY 1",
    )
    labels = sorted({month for month, *_ in rows})[-months:]
    changes = {(month, movement): change for month, movement, change in rows}
    series = {name: [changes.get((month, name), 0.0) for month in labels] for name in _MOVEMENTS}
    title = "ARR movements by month"
    return as_markdown(stacked(labels, series, title, "reporting currency"), title)


def source_overlap(path: Path, customer_table: str, most: int = 12) -> str:
    """How many customers are known to which kinds of sources together, as a markdown image."""
    kinds = ("payments", "crm", "marketing", "analytics", "support", "product", "success")
    named = " || ".join(f"CASE WHEN has_{kind} THEN '{kind} + ' ELSE '' END" for kind in kinds)
    rows = _rows(
        path,
        f"SELECT {named} AS known_to, COUNT(*) AS customers FROM {quote(customer_table)} GROUP BY 1 ORDER BY 2 DESC, 1",
    )[:most]
    labels = [known_to.removesuffix(" + ") or "none" for known_to, _ in rows]
    title = "Customers by the kinds of sources that know them"
    return as_markdown(lying(labels, [customers for _, customers in rows], title, "customers"), "Source overlap")


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        return connection.execute(sql).fetchall()
