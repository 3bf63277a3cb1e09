"""Learns the models of lifetime value from this run's contracts and purchases, where there are enough of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from customer360_pipeline.config import LifetimeValueConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.metrics.lifetime import bg_nbd, gamma_gamma, sbg
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

if TYPE_CHECKING:
    from customer360_pipeline.metrics.lifetime.bg_nbd import Numbers

TABLE = Table(
    name="metrics.lifetime_models",
    description="The models of what customers will still bring, with the parameters learned in this run, or why there "
    "are none. One row per model and kind of case: contracts of one billing period, customers, accounts.",
    columns=columns(
        "unit VARCHAR | contract, customer or account.",
        "model VARCHAR | sbg (renewals), bg_nbd (repeat purchases) or gamma_gamma (their value).",
        "periods_a_year DOUBLE | Of contracts: 12 is monthly, 1 yearly.",
        "cases BIGINT | Contracts, or buyers without one, that the model was learned from.",
        "repeats BIGINT | Of them, contracts that ended, or buyers who bought on a second day.",
        "reason VARCHAR | Why nothing was: too_few_contracts, too_few_buyers or spend_too_uneven; NULL: it was.",
        "alpha DOUBLE | sbg, bg_nbd (weeks).",
        "beta DOUBLE | sbg.",
        "r DOUBLE | bg_nbd.",
        "a DOUBLE | bg_nbd.",
        "b DOUBLE | bg_nbd.",
        "p DOUBLE | gamma_gamma.",
        "q DOUBLE | gamma_gamma.",
        "gamma DOUBLE | gamma_gamma (reporting currency).",
    ),
    depends=("metrics.contracts", "metrics.purchases"),
    unique=(("unit", "model", "periods_a_year"),),
    not_null=("unit", "model", "cases", "repeats"),
)
UNITS = ("customer", "account")
# More means than this say nothing more of three numbers; they are taken evenly from all, ordered.
_SPENDERS = 50_000


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Contracts of each billing period, then purchases by customer and by account."""
    settings = context.config.lifetime_value
    found = [*_contracts(engine, settings)]
    for unit in UNITS:
        found += _purchases(engine, unit, settings)
    names = [column.name for column in TABLE.columns]
    create_small_table(engine, TABLE, [[row.get(name) for name in names] for row in found])


def _rounded(model: Any) -> dict[str, float]:
    # What is published is what is used, and the last digits differ between machines.
    return {name: round(value, 6) for name, value in asdict(model).items()}


def _contracts(engine: DuckDBEngine, settings: LifetimeValueConfig) -> Iterator[dict[str, Any]]:
    ended: dict[float, dict[int, int]] = {}
    open_: dict[float, dict[int, int]] = {}
    for periods, period, has_ended, contracts in engine.rows(
        "SELECT periods_a_year, period, ended_at IS NOT NULL, COUNT(*) FROM metrics.contracts "
        "WHERE periods_a_year IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ):
        (ended if has_ended else open_).setdefault(periods, {})[period] = contracts
    for periods in sorted({*ended, *open_}):
        gone, still = ended.get(periods, {}), open_.get(periods, {})
        cases, ends = sum(gone.values()) + sum(still.values()), sum(gone.values())
        row = {"unit": "contract", "model": "sbg", "periods_a_year": periods, "cases": cases, "repeats": ends}
        if cases < settings.min_contracts or ends < settings.min_ended_contracts:
            yield row | {"reason": "too_few_contracts"}
        else:
            yield row | _rounded(sbg.fit(gone, still))


def _purchases(engine: DuckDBEngine, unit: str, settings: LifetimeValueConfig) -> Iterator[dict[str, Any]]:
    """The model of how often, and of how much."""
    x, t_x, t, customers = _numbers(
        engine,
        "SELECT repeats, recency_weeks, age_weeks, COUNT(*) FROM metrics.purchases WHERE unit = $unit "
        "GROUP BY ALL ORDER BY ALL",
        unit,
    )
    cases, repeaters = int(customers.sum()), int(customers[x > 0].sum())
    row = {"unit": unit, "cases": cases, "repeats": repeaters}
    if cases < settings.min_buyers or repeaters < settings.min_repeat_buyers:
        yield row | {"model": "bg_nbd", "reason": "too_few_buyers"}
        yield row | {"model": "gamma_gamma", "reason": "too_few_buyers"}
        return
    yield row | {"model": "bg_nbd"} | _rounded(bg_nbd.fit(x, t_x, t, customers))
    counts, means = _numbers(
        engine,
        "SELECT repeats, CAST(repeat_amount AS DOUBLE) FROM metrics.purchases "
        "WHERE unit = $unit AND repeat_amount > 0 ORDER BY ALL",
        unit,
    )
    step = -(-len(counts) // _SPENDERS)
    spend = gamma_gamma.fit(counts[::step], means[::step])
    # With q of 1 and less the mean of all customers has no end.
    too_uneven = {"reason": "spend_too_uneven"} if spend.q <= 1 else {}
    yield row | {"model": "gamma_gamma"} | _rounded(spend) | too_uneven


def _numbers(engine: DuckDBEngine, sql: str, unit: str) -> list[Numbers]:
    import numpy as np

    return [np.asarray(column.to_numpy(), dtype=float) for column in engine.arrow(sql, {"unit": unit}).columns]
