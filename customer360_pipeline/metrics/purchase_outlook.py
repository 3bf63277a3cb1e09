"""What is to be expected of a buyer with a given history, by the model learned from all buyers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customer360_pipeline.config import LifetimeValueConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.metrics.lifetime import bg_nbd
from customer360_pipeline.run_context import RunContext

if TYPE_CHECKING:
    from customer360_pipeline.metrics.lifetime.bg_nbd import Numbers

TABLE = Table(
    name="metrics.purchase_outlook",
    description="How often a buyer without a contract will buy again within lifetime_value.horizon_months, by the "
    "BG/NBD model. One row per unit and history; few histories stand for all customers.",
    columns=columns(
        "unit VARCHAR | customer or account.",
        "repeats BIGINT | Purchases after the first one.",
        "recency_weeks BIGINT | Weeks from the first to the last one.",
        "age_weeks BIGINT | Weeks from the first one to as_of.",
        "alive_ratio DOUBLE | Probability of not having left for good.",
        "purchases DOUBLE | Purchases to be expected.",
        "weight DOUBLE | The same, each by its present value.",
        "weight_low DOUBLE | The lower bound of the weight, lifetime_value.interval_ratio of buyers between the two.",
        "weight_high DOUBLE | The upper bound.",
    ),
    depends=("metrics.purchases", "metrics.lifetime_models"),
    unique=(("unit", "repeats", "recency_weeks", "age_weeks"),),
    not_null=("unit", "repeats", "recency_weeks", "age_weeks", "alive_ratio", "purchases", "weight"),
)
_HISTORIES = "SELECT DISTINCT repeats, recency_weeks, age_weeks FROM metrics.purchases WHERE unit = $unit ORDER BY ALL"
_WEEKS_A_YEAR = 365.25 / 7


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row for each history that some buyer has, where a model was learned."""
    import pyarrow as pa

    parts = [_of_unit(engine, context.config.lifetime_value, unit) for unit in ("customer", "account")]
    names = [column.name for column in TABLE.columns]
    types = [pa.string(), *[pa.int64()] * 3, *[pa.float64()] * 5]
    fields = {
        name: pa.concat_arrays([pa.array(part[name], type_) for part in parts])
        for name, type_ in zip(names, types, strict=True)
    }
    engine.create_table_from_arrow(TABLE.name, pa.table(fields))


def _of_unit(engine: DuckDBEngine, settings: LifetimeValueConfig, unit: str) -> dict[str, Any]:
    import numpy as np

    learned = engine.rows(
        "SELECT r, alpha, a, b FROM metrics.lifetime_models WHERE unit = $unit AND model = 'bg_nbd' AND reason IS NULL",
        {"unit": unit},
    )
    if not learned:
        return {column.name: [] for column in TABLE.columns}
    history = engine.arrow(_HISTORIES, {"unit": unit})
    whole = {name: history[name].to_numpy() for name in ("repeats", "recency_weeks", "age_weeks")}
    x, t_x, t = (values.astype(float) for values in whole.values())
    figures = outlook(bg_nbd.BgNbd(*learned[0]), x, t_x, t, settings)
    return {"unit": [unit] * len(x)} | whole | {name: np.round(values, 6) for name, values in figures.items()}


def outlook(
    model: bg_nbd.BgNbd, x: Numbers, t_x: Numbers, t: Numbers, settings: LifetimeValueConfig
) -> dict[str, Numbers]:
    """The figures of each history, by column; times in weeks. Purchases of a quarter count as made in its middle."""
    import numpy as np

    weeks = settings.horizon_months * _WEEKS_A_YEAR / 12
    stayed = bg_nbd.alive(model, x, t_x, t)
    before, weight, until = np.zeros(len(x)), np.zeros(len(x)), 0.0
    while until < weeks - 1e-9:
        since, until = until, min(until + _WEEKS_A_YEAR / 4, weeks)
        now = bg_nbd.purchases(model, x, t, until)
        weight += (now - before) * (1 + settings.discount_ratio) ** (-(since + until) / 2 / _WEEKS_A_YEAR)
        before = now
    mean = weight / before
    outside = (1 - settings.interval_ratio) / 2
    low, high = (bg_nbd.quantiles(model, x, t_x, t, weeks, level) for level in (outside, 1 - outside))
    expected = weight * stayed
    # Where few buyers carry it all, the mean lies outside what most of them do.
    return {
        "alive_ratio": stayed,
        "purchases": before * stayed,
        "weight": expected,
        "weight_low": np.minimum(low * mean, expected),
        "weight_high": np.maximum(high * mean, expected),
    }
