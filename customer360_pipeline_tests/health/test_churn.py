"""The churn model: proven against published coefficients, learned from enough history only, else a heuristic."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.health.logistic import fit, probability
from customer360_pipeline_tests.conftest import AS_OF, Warehouse

# Temperature at launch in degrees Fahrenheit and whether an O-ring was damaged, 23 flights of the space shuttle.
# Dalal, Fowlkes and Hoadley, Journal of the American Statistical Association 84 (1989): intercept 15.043,
# slope -0.2322.
TEMPERATURE = (66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58)
DAMAGED = (0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1)


def test_published_coefficients_are_found() -> None:
    found = fit(np.array(TEMPERATURE, float)[:, None], np.array(DAMAGED, float))
    assert found == pytest.approx([15.0429, -0.2322], abs=5e-5)


def test_one_binary_feature_gives_the_log_odds_ratio() -> None:
    """Of 2 x 2 counts the estimate is closed: log(a d / (b c))."""
    feature = np.repeat([1.0, 1.0, 0.0, 0.0], [30, 10, 20, 40])
    outcome = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 40])
    found = fit(feature[:, None], outcome)
    assert found == pytest.approx([math.log(20 / 40), math.log(30 * 40 / (10 * 20))])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200), st.floats(0.1, 10))
def test_the_gradient_vanishes_at_the_optimum(seed: int, rows: int, ridge: float) -> None:
    chance = np.random.default_rng(seed)
    features = chance.normal(size=(rows, 3))
    outcome = (chance.random(rows) < probability(features @ np.array([1.0, -2.0, 0.0]) - 0.5)).astype(float)
    found = fit(features, outcome, ridge)
    residual = outcome - probability(found[0] + features @ found[1:])
    assert residual.sum() == pytest.approx(0, abs=1e-6)
    assert features.T @ residual == pytest.approx(ridge * found[1:], abs=1e-6)


def test_parted_outcomes_need_a_ridge() -> None:
    features, outcome = np.arange(20.0)[:, None], (np.arange(20) > 9).astype(float)
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        fit(features, outcome)
    assert np.isfinite(fit(features, outcome, 1.0)).all()


def test_probability_does_not_overflow() -> None:
    assert probability(np.array([-1e4, 0.0, 1e4])) == pytest.approx([0, 0.5, 1])


LONG_AGO = AS_OF.date() - timedelta(days=100)


def history(accounts: int, churned: int, day: date = LONG_AGO) -> list[dict[str, Any]]:
    """Accounts seen on a day and 95 days later, of which the first `churned` had low scores and then paid nothing."""
    rows: list[dict[str, Any]] = []
    for n in range(accounts):
        is_lost = n < churned
        score = 20 + n % 30 if is_lost else 60 + n % 40
        shared = {"account_id": f"old{n}", "commercial_score": score, "coverage": 0.5}
        rows += [
            shared | {"day": day, "arr": 100},
            shared | {"day": day + timedelta(days=95), "arr": 0 if is_lost else 100},
        ]
    return rows


def today(account: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "arr": 100, "coverage": 0.6} | more


def churn(warehouse: Warehouse, days: list[dict[str, Any]], snapshots: list[dict[str, Any]], **settings: Any) -> None:
    warehouse.configure(health=settings)
    warehouse.given("health.known_snapshots", snapshots)
    warehouse.given("health.today", days)
    warehouse.build("health.churn")


@pytest.mark.parametrize(("churned", "method"), [(30, "model"), (29, "heuristic")])
def test_a_model_is_learned_from_the_stated_minimum(warehouse: Warehouse, churned: int, method: str) -> None:
    warehouse.given("health.facts", [])
    churn(warehouse, [today("bad", commercial_score=25), today("good", commercial_score=95)], history(90, churned))
    found = warehouse.rows("SELECT account_id, method, churn_probability IS NULL FROM health.churn ORDER BY 1")
    assert found == [("bad", method, method == "heuristic"), ("good", method, method == "heuristic")]
    rows = warehouse.rows("SELECT training_rows, churned_rows FROM health.churn_model WHERE feature = 'intercept'")
    assert rows == ([(90, 30)] if method == "model" else [])


def test_the_model_knows_who_left_and_says_why(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [])
    churn(warehouse, [today("bad", commercial_score=25), today("good", commercial_score=95)], history(90, 40))
    (bad, good) = warehouse.rows(
        "SELECT CAST(churn_probability AS DOUBLE), level, main_factor, kind FROM health.churn ORDER BY account_id"
    )
    assert bad[0] > 0.8 and bad[1:] == ("high", "commercial_score", "inferred")
    assert good[0] < 0.1 and good[1] == "low"


def test_the_probability_is_that_of_the_coefficients(warehouse: Warehouse) -> None:
    """As a reader checks it: intercept + sum of coefficient * (value - mean) / deviation; unknown is the mean."""
    warehouse.given("health.facts", [])
    warehouse.given("health.churn_model", [
        {"feature": "intercept", "coefficient": -1, "mean": 0, "deviation": 1, "training_rows": 90, "churned_rows": 30},
        {"feature": "usage_score", "coefficient": -0.5, "mean": 60, "deviation": 20, "training_rows": 90,
         "churned_rows": 30},
        {"feature": "overdue_days", "coefficient": 0.25, "mean": 2, "deviation": 4, "training_rows": 90,
         "churned_rows": 30},
    ])  # fmt: skip
    warehouse.given("health.today", [today("a", usage_score=20, overdue_days=10), today("b", arr=0, usage_score=20),
                                     today("c")])  # fmt: skip
    warehouse.build("health.churn")
    found = warehouse.rows(
        "SELECT account_id, CAST(churn_probability AS DOUBLE), main_factor FROM health.churn ORDER BY 1"
    )
    # -1 + 0.5 * 2 + 0.25 * 2 = 0.5; who pays nothing cannot be lost.
    assert found == [("a", round(1 / (1 + math.exp(-0.5)), 4), "usage_score"), ("c", 0.2689, None)]


def test_an_outcome_after_as_of_is_not_learned_from(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [])
    late = AS_OF.date() - timedelta(days=80)
    churn(warehouse, [today("a")], history(90, 40, late))
    assert warehouse.rows("SELECT COUNT(*) FROM health.churn_model") == [(0,)]


def test_the_heuristic_takes_the_strongest_rule_and_gives_no_probability(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [
        {"account_id": "ending", "kind": "company", "people": 1, "contract_continues": 0, "days_to_renewal": 90},
        {"account_id": "later", "kind": "company", "people": 1, "contract_continues": 0, "days_to_renewal": 91},
        {"account_id": "unpaid", "kind": "company", "people": 1, "overdue_days": 91},
    ])  # fmt: skip
    names = ("ending", "later", "low", "unknown", "unpaid")
    scores = {"ending": 95, "later": 95, "low": 40, "unpaid": 80}
    churn(warehouse, [today(name, health_score=scores.get(name)) for name in names], [])
    assert warehouse.rows(
        "SELECT account_id, CAST(churn_risk_score AS DOUBLE), churn_probability, level, main_factor FROM health.churn "
        "ORDER BY 1"
    ) == [
        ("ending", 90, None, "high", "contract set to end"), ("later", 5, None, "low", "low health"),
        ("low", 60, None, "medium", "low health"), ("unknown", None, None, "unknown", None),
        ("unpaid", 70, None, "high", "unpaid invoice"),
    ]  # fmt: skip
