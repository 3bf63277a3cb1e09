"""Pictures of what customers are worth and where they are known, as PNG of a published version; never a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import quote
from customer360_pipeline.pictures import as_markdown, bars, plane

_COLOURS = {
    "new": "#4F43DD",
    "reactivation": "#8F88EA",
    "expansion": "#2E9E6B",
    "contraction": "#E8A33D",
    "churn": "#D2453D",
}


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
    return bars(labels, [counts.get(step, 0) for step in steps], "Lifetime value, from", "customers")


def cohort_heat_map(path: Path, cohorts: int = 24) -> str:
    """The share of each of the latest cohorts that was active in each complete month since, as a markdown image."""
    import numpy as np

    rows = _rows(
        path,
        "SELECT STRFTIME(acquisition_month, '%Y-%m'), months_since, retained_ratio::DOUBLE FROM cohorts "
        "WHERE is_complete AND acquisition_month IS NOT NULL ORDER BY 1, 2",
    )
    months = sorted({month for month, *_ in rows})[-cohorts:]
    places = {month: place for place, month in enumerate(months)}
    width = max([since for month, since, _ in rows if month in places], default=0) + 1
    shares = np.full((max(len(months), 1), width), np.nan)
    for month, since, share in rows:
        if month in places:
            shares[places[month], since] = share
    figure, axes = plane("Active customers by months since acquisition")
    drawn = axes.imshow(shares, aspect="auto", cmap="Purples", vmin=0, vmax=1)
    shown = range(0, len(months), max(len(months) // 6, 1))
    axes.set_yticks(list(shown), [months[place] for place in shown], fontsize=8)
    figure.colorbar(drawn)
    return as_markdown(figure, "Retention by cohort")


def arr_movements(path: Path, months: int = 24) -> str:
    """What was won and lost of annual recurring revenue in each of the last months, as a markdown image."""
    rows = _rows(
        path,
        "SELECT STRFTIME(month_date, '%Y-%m'), movement, SUM(reporting_arr_change)::DOUBLE FROM arr_movements "
        "WHERE reporting_arr_change IS NOT NULL GROUP BY 1, 2 ORDER BY 1",
    )
    labels = sorted({month for month, *_ in rows})[-months:]
    changes = {(month, movement): change for month, movement, change in rows}
    figure, axes = plane("ARR movements by month")
    above, below = [0.0] * len(labels), [0.0] * len(labels)
    for movement, colour in _COLOURS.items():
        heights = [changes.get((month, movement), 0.0) for month in labels]
        base = below if movement in {"contraction", "churn"} else above
        axes.bar(range(len(labels)), heights, bottom=base, color=colour, label=movement)
        base[:] = [low + height for low, height in zip(base, heights, strict=True)]
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_xticks(range(len(labels)), labels, rotation=60, fontsize=8)
    axes.set_ylabel("reporting currency")
    axes.legend(fontsize=7, loc="upper right", frameon=False)
    return as_markdown(figure, "ARR movements by month")


def source_overlap(path: Path, customer_table: str, most: int = 12) -> str:
    """How many customers are known to which kinds of sources together, as a markdown image."""
    kinds = ("payments", "crm", "marketing", "analytics", "support", "product", "success")
    named = " || ".join(f"CASE WHEN has_{kind} THEN '{kind} + ' ELSE '' END" for kind in kinds)
    rows = _rows(
        path,
        f"SELECT {named} AS known_to, COUNT(*) AS customers FROM {quote(customer_table)} GROUP BY 1 ORDER BY 2 DESC, 1",
    )[:most]
    figure, axes = plane("Customers by the kinds of sources that know them")
    labels = [known_to.removesuffix(" + ") or "none" for known_to, _ in rows]
    axes.barh(range(len(rows)), [customers for _, customers in rows], color="#4F43DD")
    axes.set_yticks(range(len(rows)), labels, fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel("customers")
    return as_markdown(figure, "Source overlap")


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        return connection.execute(sql).fetchall()
