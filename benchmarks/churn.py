"""Back-test and calibration of the churn model: `python -m benchmarks.churn`.

A history of accounts is generated in which the risk of leaving is known. At several days the pipeline's own tables
(`health.churn_model`, `health.churn`) are built from the days before, and what they foretell is held against who left
in the 90 days after. The heuristic is judged on the same accounts: it ranks, and claims no probability.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.health.logistic import probability
from customer360_pipeline.run_context import RunContext

START, STEP = date(2024, 1, 1), timedelta(days=30)
SCORES = ("usage_score", "engagement_score", "support_score", "commercial_score", "outcome_score")
# Effect of one standard deviation of each score, and of a day overdue, on the logit of leaving within 90 days.
EFFECT = np.array([-1.0, -0.6, -0.4, -0.3, 0.0])
OVERDUE_EFFECT, BASE = 0.04, -2.6


@dataclass(frozen=True)
class Judged:
    """What was foretold of accounts on a day, and what came. Arrays of one length; `heuristic` in points."""

    model: Any
    heuristic: Any
    truth: Any
    left: Any


def history(accounts: int, months: int, seed: int) -> list[dict[str, Any]]:
    """Rows of `health.known_snapshots` with `p`, the true probability of leaving within 90 days; a tenth is unknown."""
    chance = np.random.default_rng(seed)
    usual = chance.normal(65, 12, (accounts, len(SCORES)))
    alive = np.ones(accounts, bool)
    rows: list[dict[str, Any]] = []
    for month in range(months):
        scores = np.clip(usual + chance.normal(0, 8, usual.shape), 0, 100)
        overdue = np.where(chance.random(accounts) < 0.08, chance.integers(1, 60, accounts), 0)
        p = probability(BASE + ((scores - 65) / 14.4) @ EFFECT + OVERDUE_EFFECT * overdue)
        hidden = chance.random(usual.shape) < 0.1
        for n in range(accounts):
            known = {s: None if hidden[n, i] else round(float(scores[n, i]), 2) for i, s in enumerate(SCORES)}
            rows.append(
                {"account_id": f"a{n}", "day": START + month * STEP, "arr": 100 if alive[n] else 0, "coverage": 0.9}
                | {"health_score": round(float(scores[n].mean()), 2), "overdue_days": int(overdue[n]), "p": float(p[n])}
                | known
            )
        alive &= chance.random(accounts) >= 1 - (1 - p) ** (1 / 3)
    return rows


def judge(rows: list[dict[str, Any]], day: date) -> Judged | None:
    """Learn from the days before `day`, foretell that day, and look at 90 days later; None: too little history."""
    with DuckDBEngine() as engine:
        found = {
            minimum: _foretold(engine, rows, day, minimum) for minimum in (Config().health.churn_min_churned, 10**9)
        }
    model, heuristic = found.values()
    if {method for _, method in model.values()} != {"model"}:
        return None
    later = {row["account_id"]: row["arr"] == 0 for row in rows if row["day"] == day + 3 * STEP}
    truth = {row["account_id"]: row["p"] for row in rows if row["day"] == day}
    names = sorted(model)
    return Judged(
        np.array([model[a][0] for a in names]) / 100,
        np.array([heuristic[a][0] for a in names]),
        np.array([truth[a] for a in names]),
        np.array([later[a] for a in names], float),
    )


def _foretold(
    engine: DuckDBEngine, rows: list[dict[str, Any]], day: date, min_churned: int
) -> dict[str, tuple[float, str]]:
    """Account -> (churn_risk_score, method) by the pipeline's tables."""
    import pyarrow as pa

    config = Config.model_validate({"health": {"churn_min_churned": min_churned}})
    context = RunContext(config, (), Path("home"), Path("extracts"), datetime(day.year, day.month, day.day))
    tables = {table.name: table for table in load_catalog(())}
    for name, wanted in (
        ("health.known_snapshots", [row for row in rows if row["day"] < day]),
        ("health.today", [row for row in rows if row["day"] == day]),
        ("health.facts", []),
    ):
        columns = tables[name].columns
        given = pa.Table.from_pylist(wanted or [{"account_id": None}])
        there = set(given.column_names)
        engine.connection.register("given", given)
        typed = ", ".join(f"CAST({c.name if c.name in there else 'NULL'} AS {c.type}) AS {c.name}" for c in columns)
        engine.create_table(name, f"SELECT {typed} FROM given WHERE account_id IS NOT NULL")
    for name in ("health.churn_model", "health.churn"):
        build_table(engine, tables[name], context)
    found = engine.rows("SELECT account_id, CAST(churn_risk_score AS DOUBLE), method FROM health.churn")
    return {account: (score, method) for account, score, method in found}


def auc(score: Any, left: Any) -> float:
    """Probability that who left was ranked above who stayed, equals counting half (Mann and Whitney 1947)."""
    order, places = np.unique(score, return_inverse=True)
    stayed = np.bincount(places, weights=1 - left, minlength=len(order))
    gone = np.bincount(places, weights=left, minlength=len(order))
    below = np.cumsum(stayed) - stayed
    return float((gone * (below + stayed / 2)).sum() / (gone.sum() * stayed.sum()))


def brier(p: Any, left: Any) -> float:
    """Mean squared difference of a probability and what came (Brier 1950); lower is better."""
    return float(((p - left) ** 2).mean())


def calibration(p: Any, left: Any, groups: int = 10) -> list[tuple[int, float, float]]:
    """(accounts, mean foretold, share that left) of groups of equal size, from the least to the most likely."""
    order = np.argsort(p, kind="stable")
    return [(len(part), float(p[part].mean()), float(left[part].mean())) for part in np.array_split(order, groups)]


def report(judged: dict[date, Judged]) -> str:
    """Markdown of the back-test, a row per day, and of the calibration over all days."""
    head = ("day", "accounts", "left", "AUC model", "AUC truth", "AUC heuristic", "Brier model", "Brier truth",
            "Brier base rate")  # fmt: skip
    text = f"| {' | '.join(head)} |\n| {' | '.join(['---'] * len(head))} |\n"
    for day, j in judged.items():
        figures = (auc(j.model, j.left), auc(j.truth, j.left), auc(j.heuristic, j.left), brier(j.model, j.left),
                   brier(j.truth, j.left), brier(np.full(len(j.left), j.left.mean()), j.left))  # fmt: skip
        text += f"| {day} | {len(j.left)} | {int(j.left.sum())} | " + " | ".join(f"{f:.3f}" for f in figures) + " |\n"
    model = np.concatenate([j.model for j in judged.values()])
    left = np.concatenate([j.left for j in judged.values()])
    text += "\n| accounts | foretold | left |\n| --- | --- | --- |\n"
    return text + "".join(f"| {n} | {p:.3f} | {share:.3f} |\n" for n, p, share in calibration(model, left))


def main() -> None:
    """Print the back-test."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=2000, help="accounts at the beginning (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="another history (default: 1)")
    arguments = parser.parse_args()
    rows = history(arguments.accounts, 18, arguments.seed)
    found = {START + n * STEP: judge(rows, START + n * STEP) for n in (2, 5, 8, 11, 14)}
    print(report({day: judged for day, judged in found.items() if judged is not None}))
    for day in (day for day, judged in found.items() if judged is None):
        print(f"{day}: too little history, so the heuristic is used")


if __name__ == "__main__":
    main()
