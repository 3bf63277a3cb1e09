"""Dimensions and the overall score: signals in, scores out; what is unknown counts neither as 0 nor as 100."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import DIMENSIONS, HealthConfig
from customer360_pipeline_tests.conftest import AS_OF, Warehouse

RULES = HealthConfig().signals
FRESH = [
    {"dimension": name, "is_read": True, "last_at": AS_OF, "age_hours": 0, "is_stale": False} for name in DIMENSIONS
]


def scored(
    warehouse: Warehouse,
    values: dict[str, float],
    snapshots: list[dict[str, Any]] | None = None,
    times: list[dict[str, Any]] | None = None,
) -> None:
    """Build the score of account `a` from raw values, and of `b` of which nothing is known."""
    warehouse.given("health.facts", [{"account_id": a, "kind": "company", "people": 1} for a in ("a", "b")])
    rows = [{"account_id": "a", "signal": name, "value": value} for name, value in values.items()]
    warehouse.given("health.signal_values", rows)
    warehouse.given("health.source_times", times or FRESH)
    warehouse.given("health.known_snapshots", [{"account_id": "a"} | row for row in snapshots or []])
    warehouse.build("health.scores")


def best(*dimensions: str) -> dict[str, float]:
    """Values worth 100 points of every signal of the dimensions."""
    return {
        rule.signal: rule.curve[-1][0] if rule.shape == "rising" else rule.curve[0][0]
        for rule in RULES
        if rule.dimension in dimensions
    }


def score(warehouse: Warehouse, columns: str = "score") -> tuple[Any, ...]:
    (row,) = warehouse.rows(f"SELECT {columns} FROM health.scores WHERE account_id = 'a'")
    return tuple(float(value) if isinstance(value, Decimal) else value for value in row)


def test_a_dimension_is_the_weighted_mean_of_its_known_signals(warehouse: Warehouse) -> None:
    # 40 points at weight .4, 100 at .2, 50 at .1; the other .3 is unknown: (16 + 20 + 5) / .7
    scored(warehouse, {"overdue_days": 30, "payment_delay": -2, "failed_attempts": 3})
    (row,) = warehouse.rows(
        "SELECT CAST(score AS DOUBLE), CAST(coverage AS DOUBLE), known_signals, expected_signals, is_incomplete, "
        "CAST(effective_weight AS DOUBLE) FROM health.dimensions WHERE account_id = 'a' AND dimension = 'commercial'"
    )
    assert row == (58.57, 0.7, 3, 6, True, 1.0)


def test_all_known_and_best_is_100_with_full_coverage(warehouse: Warehouse) -> None:
    scored(warehouse, best(*DIMENSIONS))
    assert score(warehouse, "score, status, coverage, confidence, confidence_level, missing_dimensions") == (
        100, "healthy", 1, 1, "high", None,
    )  # fmt: skip


def test_weights_renormalise_over_known_dimensions(warehouse: Warehouse) -> None:
    # usage 100 at 30, support 0 at 20, outcome unknown: (30 * 100 + 20 * 0 + 25 * 100) / 75
    worst = {rule.signal: rule.curve[0][0] if rule.shape == "rising" else rule.curve[-1][0]
             for rule in RULES if rule.dimension == "support"}  # fmt: skip
    scored(warehouse, best("usage", "engagement") | worst)
    assert score(warehouse, "score, missing_dimensions, has_minimum_sources") == (
        73.33, "commercial, outcome", True,
    )  # fmt: skip
    weights = warehouse.rows(
        "SELECT dimension, CAST(effective_weight AS DOUBLE) FROM health.dimensions WHERE account_id = 'a' ORDER BY 1"
    )
    assert weights == [
        ("commercial", None), ("engagement", 0.333333), ("outcome", None), ("support", 0.266667), ("usage", 0.4),
    ]  # fmt: skip


def test_below_the_coverage_floor_the_score_is_unknown(warehouse: Warehouse) -> None:
    """A perfect payer of whom nothing else is known is not healthy: nobody knows."""
    scored(warehouse, best("commercial", "usage"))
    assert score(warehouse, "score, status, trend, coverage") == (None, "unknown", "unknown", 0.45)
    scored(warehouse, best("commercial", "usage", "outcome"))
    assert score(warehouse, "score, status") == (100, "healthy")


def test_without_a_required_dimension_confidence_is_low(warehouse: Warehouse) -> None:
    scored(warehouse, best("usage", "engagement", "commercial", "outcome"))
    assert score(warehouse, "status, confidence_level, has_minimum_sources, missing_dimensions") == (
        "healthy", "low", False, "support",
    )  # fmt: skip


def test_stale_sources_lower_confidence_not_the_score(warehouse: Warehouse) -> None:
    times = [row | {"is_stale": row["dimension"] == "usage"} for row in FRESH]
    scored(warehouse, best(*DIMENSIONS), times=times)
    assert score(warehouse, "score, coverage, confidence, confidence_level") == (100, 1, 0.85, "high")


def test_an_account_of_which_nothing_is_known_has_a_row_and_no_score(warehouse: Warehouse) -> None:
    scored(warehouse, {})
    assert warehouse.rows("SELECT account_id, score, status, coverage FROM health.scores ORDER BY 1") == [
        ("a", None, "unknown", 0), ("b", None, "unknown", 0),
    ]  # fmt: skip


def test_thresholds_of_the_dashboard(warehouse: Warehouse) -> None:
    expected = {"49.99": "critical", "50": "at_risk", "69.99": "at_risk", "70": "healthy"}
    warehouse.given("health.facts", [{"account_id": value, "kind": "company", "people": 1} for value in expected])
    shared = {"coverage": 1, "confidence": 1, "known_signals": 1, "expected_signals": 1, "trend": "unknown"}
    warehouse.given("health.dimensions", [
        shared | {"account_id": value, "dimension": name, "score": Decimal(value), "weight": weight / 100}
        for value in expected
        for name, weight in zip(DIMENSIONS, (30, 25, 20, 15, 10), strict=True)
    ])  # fmt: skip
    warehouse.build("health.scores")
    assert dict(warehouse.rows("SELECT account_id, status FROM health.scores")) == expected


def snapshot(day: date, **scores: float) -> dict[str, Any]:
    return {"day": day} | {f"{name}_score": value for name, value in scores.items()}


ALL_90 = dict.fromkeys(DIMENSIONS, 90.0)


@pytest.mark.parametrize(
    ("snapshots", "trend", "delta", "day"),
    [
        # The day nearest to 30 days before 2026-06-30 is taken, of two the earlier.
        ([snapshot(date(2026, 5, 31), **ALL_90)], "improving", 10, date(2026, 5, 31)),
        ([snapshot(date(2026, 6, 2), **ALL_90), snapshot(date(2026, 5, 29), **dict.fromkeys(DIMENSIONS, 97.0))],
         "stable", 3, date(2026, 5, 29)),
        # A week is too near, a hundred days too far, and tomorrow is no past.
        ([snapshot(date(2026, 6, 24), **ALL_90)], "unknown", None, None),
        ([snapshot(date(2026, 3, 21), **ALL_90)], "unknown", None, None),
        ([snapshot(date(2026, 7, 10), **ALL_90)], "unknown", None, None),
        ([], "unknown", None, None),
    ],
)  # fmt: skip
def test_trends_compare_real_days(
    warehouse: Warehouse, snapshots: list[dict[str, Any]], trend: str, delta: float | None, day: date | None
) -> None:
    scored(warehouse, best(*DIMENSIONS), snapshots)
    assert score(warehouse, "trend, delta, compared_day") == (trend, delta, day)
    found = {row[0] for row in warehouse.rows("SELECT trend FROM health.dimensions WHERE account_id = 'a'")}
    assert found == {trend}


def test_a_feed_that_broke_moves_no_trend(warehouse: Warehouse) -> None:
    """Support was bad and is unknown today: the score rises, the account did not improve."""
    before = snapshot(date(2026, 5, 31), usage=100, engagement=100, support=0, commercial=100, outcome=100)
    scored(warehouse, best("usage", "engagement", "commercial", "outcome"), [before])
    assert score(warehouse, "score, trend, delta") == (100, "stable", 0)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_better_value_never_lowers_the_score(warehouse: Warehouse, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(RULES))
    known = data.draw(st.sets(st.sampled_from([r.signal for r in RULES if r != rule]), min_size=8))
    middle = {r.signal: sum(x for x, _ in r.curve) / len(r.curve) for r in RULES if r.signal in known}
    worse, better = rule.curve[0][0], rule.curve[-1][0]
    if rule.shape == "falling":
        worse, better = better, worse
    scored(warehouse, middle | {rule.signal: worse})
    low = score(warehouse, "score, coverage")
    scored(warehouse, dict(reversed((middle | {rule.signal: better}).items())))
    high = score(warehouse, "score, coverage")
    assert high[1] == low[1]
    assert (high[0] is None) == (low[0] is None)
    assert high[0] is None or high[0] >= low[0]
