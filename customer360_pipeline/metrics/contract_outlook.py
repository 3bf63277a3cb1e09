"""What is to be expected of a contract in its n-th period, by the model learned from all contracts."""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.metrics.lifetime.sbg import Sbg, outlook
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="metrics.contract_outlook",
    description="How often a contract will still be renewed within lifetime_value.horizon_months, by the "
    "shifted-beta-geometric model. One row per length of the billing period and period that a contract is in.",
    columns=columns(
        "periods_a_year DOUBLE | 12 is monthly, 1 yearly.",
        "period BIGINT | The period, from 1, in which the contract is.",
        "next_renewal_ratio DOUBLE | Probability that it is renewed at the end of the period.",
        "renewals DOUBLE | Renewals to be expected.",
        "weight DOUBLE | The same, each by its present value at the time of the next one, which weighs 1.",
        "weight_low DOUBLE | Lower bound of the weight; lifetime_value.interval_ratio of contracts are between.",
        "weight_high DOUBLE | Upper bound.",
    ),
    depends=("metrics.contracts", "metrics.lifetime_models"),
    unique=(("periods_a_year", "period"),),
    not_null=("periods_a_year", "period", "renewals", "weight", "weight_low", "weight_high"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row for each period that an open contract is in, where a model was learned."""
    settings = context.config.lifetime_value
    rows = []
    for periods, period, alpha, beta in engine.rows(
        "SELECT DISTINCT c.periods_a_year, c.period, m.alpha, m.beta FROM metrics.contracts AS c "
        "JOIN metrics.lifetime_models AS m ON m.unit = 'contract' AND m.periods_a_year = c.periods_a_year "
        "WHERE c.ended_at IS NULL AND m.reason IS NULL ORDER BY ALL"
    ):
        model = Sbg(alpha, beta)
        horizon = int(settings.horizon_months * periods / 12)
        discount = (1 + settings.discount_ratio) ** (-1 / periods)
        found = outlook(model, period, horizon, discount, settings.interval_ratio)
        weights = (found.expected, found.weight, found.weight_low, found.weight_high)
        rows.append((periods, period, round(model.renewal(period), 6), *(round(value, 6) for value in weights)))
    create_small_table(engine, TABLE, rows)
