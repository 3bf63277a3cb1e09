"""Pictures of a published version, as PNG: distributions and sums, never a person."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import quote

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def records_per_customer(path: Path, customer_table: str) -> str:
    """How many source records make a customer, as a markdown image. `path` is a version's file."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            f"SELECT least(record_count, 10) AS records, count(*) FROM {quote(customer_table)} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    labels = [f"{records}+" if records == 10 else str(records) for records, _ in rows]
    return bars(labels, [count for _, count in rows], "Records per customer", "customers")


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
    return bars([month for month, _ in rows], [total for _, total in rows], "Charges by month", "main currency")


def links_by_rule(path: Path) -> str:
    """Accepted links of each rule, as a markdown image."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT rule, count(*) FROM identity_links WHERE status = 'accepted' GROUP BY 1 ORDER BY min(pass), 1"
        ).fetchall()
    return bars([rule for rule, _ in rows], [links for _, links in rows], "Links by rule", "links")


def lone_records(path: Path) -> str:
    """Records that are a customer alone by their likely reason, as a markdown image."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT reason, sum(records)::BIGINT AS n FROM unlinked_records GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
    labels = [reason.replace("_", " ") for reason, _ in rows]
    return bars(labels, [records for _, records in rows], "Records that are a customer alone", "records")


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
    return bars([*labels, "unknown"], heights, "Health of accounts", "accounts")


def bars(labels: Sequence[str], heights: Sequence[float], title: str, unit: str) -> str:
    """One bar for each label, as a markdown image."""
    figure, axes = plane(title)
    axes.bar(range(len(labels)), heights, color="#4F43DD")
    axes.set_xticks(range(len(labels)), labels, rotation=60 if len(labels) > 12 else 0, fontsize=8)
    axes.set_ylabel(unit)
    return as_markdown(figure, title)


def plane(title: str) -> tuple[Figure, Axes]:
    """An empty figure of the usual size, and where to draw."""
    # The object interface: pyplot keeps every figure of a long-lived process alive.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 2.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def as_markdown(figure: Figure, title: str) -> str:
    """The figure as a markdown image that holds its own PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    image = io.BytesIO()
    FigureCanvasAgg(figure).print_png(image)
    return f"![{title}](data:image/png;base64,{base64.b64encode(image.getvalue()).decode()})"
