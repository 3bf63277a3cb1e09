"""How churn followed from health in the account's own history: the coefficients of a logistic regression.

A training row is the first published day of a month of an account that paid: its features, and whether the account
paid nothing any more health.churn_horizon_days later. Only outcomes up to as_of are known to it. With too few rows of
either kind there is no model, and `health.churn` says that it uses a heuristic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.health.logistic import fit

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.health.logistic import Floats
    from customer360_pipeline.run_context import RunContext

# Of a snapshot; what a reader can see of an account on the day itself. A score that is unknown counts as the mean.
FEATURES = (
    "usage_score",
    "engagement_score",
    "support_score",
    "commercial_score",
    "outcome_score",
    "overdue_days",
    "open_tickets",
)
INTERCEPT = "intercept"
TABLE = Table(
    name="health.churn_model",
    description="The churn model: the logit is the intercept plus the sum of coefficient * (value - mean) / deviation. "
    "One row per feature and one for the intercept; empty while the history is too short.",
    columns=columns(
        "feature VARCHAR | Feature of an account's day, or intercept.",
        "coefficient DOUBLE | Change of the logit for one deviation more, 6 decimals.",
        "mean DOUBLE | Mean of the training rows that know it; 0 for the intercept.",
        "deviation DOUBLE | Standard deviation there; 1 for the intercept.",
        "training_rows BIGINT | Account-months learned from.",
        "churned_rows BIGINT | Of them, followed by churn.",
    ),
    depends=("health.known_snapshots",),
    unique=(("feature",),),
    not_null=("feature", "coefficient", "mean", "deviation", "training_rows", "churned_rows"),
)
# The outcome is read off the first known day at or after the horizon, within half of it; else it is not known.
PANEL = """
    WITH months AS (
      SELECT s.*, ROW_NUMBER() OVER (PARTITION BY account_id, DATE_TRUNC('month', day) ORDER BY day) AS place
      FROM health.known_snapshots AS s WHERE arr > 0 AND day < $today
    ),
    outcomes AS (
      SELECT m.account_id, m.day, l.arr,
        ROW_NUMBER() OVER (PARTITION BY m.account_id, m.day ORDER BY l.day) AS place
      FROM months AS m
      JOIN health.known_snapshots AS l ON l.account_id = m.account_id AND l.day >= m.day + $horizon
        AND l.day <= m.day + $horizon + $horizon // 2 AND l.day <= $today
      WHERE m.place = 1 AND l.arr IS NOT NULL
    )
    SELECT m.* EXCLUDE (place), CASE WHEN o.arr = 0 THEN 1 ELSE 0 END AS churned
    FROM months AS m JOIN outcomes AS o ON o.account_id = m.account_id AND o.day = m.day AND o.place = 1
    WHERE m.place = 1 ORDER BY m.account_id, m.day"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Learn from the history, if it is long enough."""
    health = context.config.health
    panel = engine.arrow(PANEL, {"today": context.as_of.date(), "horizon": health.churn_horizon_days})
    engine.create_table_from_arrow(TABLE.name, model(panel, health.churn_min_churned, health.churn_ridge))


def model(panel: pa.Table, min_churned: int, ridge: float) -> pa.Table:
    """The rows of `health.churn_model` from training rows: `FEATURES` (NULL: unknown) and `churned` (0 or 1)."""
    import numpy as np
    import pyarrow as pa

    churned = panel["churned"].to_numpy().astype(np.float64)
    rows: list[tuple[str, float, float, float]] = []
    if min(churned.sum(), len(churned) - churned.sum()) >= min_churned:
        values = np.column_stack([_numbers(panel, name) for name in FEATURES])
        mean, deviation = _moments(values)
        standard = np.nan_to_num((values - mean) / deviation, nan=0.0)
        found = fit(standard, churned, ridge)
        rows = [(INTERCEPT, found[0], 0.0, 1.0), *zip(FEATURES, found[1:], mean, deviation, strict=True)]
    counts = {"training_rows": len(churned), "churned_rows": int(churned.sum())}
    listed = [
        {"feature": f, "coefficient": round(float(c), 6), "mean": round(float(m), 6), "deviation": round(float(d), 6)}
        | counts
        for f, c, m, d in rows
    ]
    types = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "BIGINT": pa.int64()}
    return pa.Table.from_pylist(listed, pa.schema([(c.name, types[c.type]) for c in TABLE.columns]))


def _numbers(panel: pa.Table, name: str) -> Floats:
    """A column as float64, NaN where it is unknown."""
    import numpy as np

    return np.array([np.nan if v is None else float(v) for v in panel[name].to_pylist()], dtype=np.float64)


def _moments(values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each column over what is known; 0 and 1 where nothing is known or all is equal."""
    import numpy as np

    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, values, 0.0)
    mean = filled.sum(axis=0) / count
    variance = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / count
    deviation = np.sqrt(variance)
    return mean, np.where(deviation > 1e-9, deviation, 1.0)
