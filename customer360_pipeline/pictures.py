"""Pictures of a published version, as markdown images: distributions and sums, never a person.

Not here: how a chart is drawn (`charts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from customer360_pipeline.charts import as_markdown, bars
from customer360_pipeline.engine.duckdb import quote


def records_per_customer(path: Path, customer_table: str) -> str:
    """How many source records make a customer, as a markdown image. `path` is a version's file."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            f"SELECT least(record_count, 10) AS records, count(*) FROM {quote(customer_table)} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    labels = [f"{records}+" if records == 10 else str(records) for records, _ in rows]
    return _drawn(labels, [count for _, count in rows], "Records per customer", "customers")


def charges_by_month(path: Path, months: int = 24) -> str:
    """Charges per month and currency of the timeline's last months, as a markdown image; money in major units."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT strftime(occurred_at, '%Y-%m') AS month, sum(amount)::DOUBLE FROM customer_timeline "
            "WHERE event_type = 'charge' AND status = 'succeeded' AND currency = "
            "(SELECT currency FROM customer_timeline WHERE event_type = 'charge' GROUP BY 1 "
            "ORDER BY count(*) DESC, currency LIMIT 1) GROUP BY 1 ORDER BY 1"
        ).fetchall()[-months:]
    return _drawn([month for month, _ in rows], [total for _, total in rows], "Charges by month", "main currency")


def links_by_rule(path: Path) -> str:
    """Accepted links of each rule, as a markdown image."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT rule, count(*) FROM identity_links WHERE status = 'accepted' GROUP BY 1 ORDER BY min(pass), 1"
        ).fetchall()
    return _drawn([rule for rule, _ in rows], [links for _, links in rows], "Links by rule", "links")


def lone_records(path: Path) -> str:
    """Records that are a customer alone by their likely reason, as a markdown image."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT reason, sum(records)::BIGINT AS n FROM unlinked_records GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
    labels = [reason.replace("_", " ") for reason, _ in rows]
    return _drawn(labels, [records for _, records in rows], "Records that are a customer alone", "records")


def health_distribution(path: Path) -> str:
    """Accounts per ten points of health, and those of which too little is known, as a markdown image."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT least(floor(health_score / 10), 9)::INTEGER AS tens, count(*) FROM account_360 "
            "WHERE health_status IS NOT NULL GROUP BY 1 ORDER BY 1 NULLS LAST"
        ).fetchall()
    counts = dict(rows)
    labels = [f"{10 * tens}-{10 * tens + 10 if tens == 9 else 10 * tens + 9}" for tens in range(10)]
    heights = [counts.get(tens, 0) for tens in range(10)] + [counts.get(None, 0)]
    return _drawn([*labels, "unknown"], heights, "Health of accounts", "accounts")


def _drawn(labels: Sequence[str], heights: Sequence[float], title: str, unit: str) -> str:
    return as_markdown(bars(labels, heights, title, unit), title)
