"""The curves of the signals: through their points, never beyond 0 and 100, monotone where they say so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from customer360_pipeline.config import DIMENSIONS, Config, HealthConfig, SignalRule
from customer360_pipeline.customer_360.audits import AUDITS
from customer360_pipeline.health.curves import pieces
from customer360_pipeline.health.evidence import EVIDENCE
from customer360_pipeline.health.playbook import FINDINGS
from customer360_pipeline_tests.conftest import Warehouse

RULES = HealthConfig().signals
values = st.floats(-1e4, 1e4, allow_nan=False)


def points(rule: SignalRule, value: float) -> float:
    """As health.signals computes them: the one piece that holds the value."""
    (found,) = [
        start_points + (value - start) * slope
        for low, high, start, start_points, slope in pieces(rule)
        if (low is None or value >= low) and (high is None or value < high)
    ]
    return found


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RULES), values, values)
def test_a_curve_is_monotone_bounded_and_whole(rule: SignalRule, one: float, other: float) -> None:
    low, high = sorted((one, other))
    left, right = points(rule, low), points(rule, high)
    assert -1e-9 <= left <= 100 + 1e-9
    assert (right - left) * (1 if rule.shape == "rising" else -1) >= -1e-9


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.signal)
def test_a_curve_goes_through_its_points_and_is_flat_outside(rule: SignalRule) -> None:
    for value, expected in rule.curve:
        assert points(rule, value) == pytest.approx(expected)
    assert points(rule, rule.curve[0][0] - 1e6) == rule.curve[0][1]
    assert points(rule, rule.curve[-1][0] + 1e6) == pytest.approx(rule.curve[-1][1])


def test_sql_gives_the_points_of_the_curve_at_its_points_between_them_and_outside(warehouse: Warehouse) -> None:
    asked = {f"a{n}": value for n, value in enumerate([-5, 0, 3.5, 7, 18.5, 30, 60, 90, 1000])}
    warehouse.given(
        "health.signal_values",
        [{"account_id": a, "signal": "overdue_days", "value": value} for a, value in asked.items()],
    )
    warehouse.given("profile.sources", [])
    warehouse.build("health.signals")
    found = warehouse.rows(
        "SELECT account_id, CAST(points AS DOUBLE) FROM health.signals WHERE signal = 'overdue_days' ORDER BY 1"
    )
    assert found == [
        ("a0", 100), ("a1", 100), ("a2", 90), ("a3", 80), ("a4", 60), ("a5", 40), ("a6", 20), ("a7", 0), ("a8", 0),
    ]  # fmt: skip


def test_weights_are_those_of_the_requirement_and_add_up() -> None:
    health = HealthConfig()
    assert [getattr(health, f"{name}_weight") for name in DIMENSIONS] == [30, 25, 20, 15, 10]
    for name in DIMENSIONS:
        assert sum(rule.weight for rule in RULES if rule.dimension == name) == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"usage_weight": 40}, "they must be 100"),
        ({"signals": RULES[1:]}, "the weights of usage"),
        ({"signals": (*RULES, RULES[0])}, "is given twice"),
        ({"critical_score": 80}, "is above at_risk_score"),
        ({"required_dimensions": ("weather",)}, "is none of"),
        ({"trend_days": 3}, "must lie between"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        HealthConfig(**change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (((0, 0), (1, 60), (2, 50)), "is not rising"),
        (((0, 0), (0, 60)), "must ascend"),
        (((0, 0), (1, 120)), "between 0 and 100"),
    ],
)
def test_a_curve_that_breaks_its_word_is_refused(curve: tuple[tuple[float, float], ...], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SignalRule(dimension="usage", signal="x", unit="x", weight=1, shape="rising", curve=curve, reason="x")


def test_all_evidence_is_in_published_tables_and_columns(warehouse: Warehouse) -> None:
    import re

    published = {name.split(".")[1]: table for name, table in warehouse.tables.items() if table.room == "customer_360"}
    pairs = [*EVIDENCE.values(), *(finding.evidence for finding in FINDINGS)]
    for table, condition in pairs:
        columns = {column.name for column in published[table].columns}
        bare = re.sub(r"'[^']*'|\(SELECT.*\)", "", condition)
        words = set(re.findall(r"[a-z_]+", bare))
        assert words <= columns, f"{table}: {condition}"
    assert set(EVIDENCE) == {rule.signal for rule in RULES}


def test_every_finding_asks_for_an_action_there_is() -> None:
    actions = {rule.action for rule in Config().health.actions}
    assert {finding.action for finding in FINDINGS} == actions
    assert len({finding.name for finding in FINDINGS}) == len(FINDINGS)
    assert {"health_weights_add_up"} <= {audit.name for audit in AUDITS}
