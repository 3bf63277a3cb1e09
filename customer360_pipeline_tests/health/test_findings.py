"""Risks and opportunities: what an account is like in, what is found out; one account per case, all in one build."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

FACTS, USAGE, RELATION, SUPPORT, PIPELINE = "facts", "usage_facts", "engagement_facts", "support_facts", "pipeline"
YEARLY = {"arr": 12000, "contract_continues": 1}
Case = tuple[str, dict[str, dict[str, Any]], dict[str, str]]


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


# name of the account, what is known of it, and the risks found with their severity
RISKS: list[Case] = [
    ("nothing", {}, {}),
    ("overdue 31", {FACTS: {"overdue_days": 31}}, {"payment_issue": "high"}),
    ("overdue 91", {FACTS: {"overdue_days": 91}}, {"payment_issue": "critical"}),
    ("overdue 30", {FACTS: {"overdue_days": 30}}, {"payment_delay": "medium"}),
    ("pays late", {FACTS: {"overdue_days": 0, "payment_delay": 16}}, {"payment_delay": "low"}),
    ("pays in time", {FACTS: {"overdue_days": 0, "payment_delay": 15}}, {}),
    ("renews in 30", {FACTS: YEARLY | {"days_to_renewal": 30}}, {"renewal_urgent": "medium"}),
    ("renews in 31", {FACTS: YEARLY | {"days_to_renewal": 31}}, {}),
    ("ends in 30", {FACTS: YEARLY | {"contract_continues": 0, "days_to_renewal": 30}},
     {"renewal_urgent": "high", "contract_ending": "high"}),
    ("ends in 200", {FACTS: YEARLY | {"contract_continues": 0, "days_to_renewal": 200}}, {"contract_ending": "medium"}),
    ("has ended", {FACTS: {"arr": 0, "contract_continues": 0}}, {}),
    ("silent 61", {FACTS: YEARLY | {"days_silent": 61}}, {"inactivity": "medium"}),
    ("silent 60", {FACTS: YEARLY | {"days_silent": 60}}, {}),
    ("silent, no customer", {FACTS: {"days_silent": 400}}, {}),
    ("use -20 %", {USAGE: {"events_change": -0.2}}, {}),
    ("use -21 %", {USAGE: {"events_change": -0.21}}, {"usage_decline": "medium"}),
    ("use -51 %", {USAGE: {"events_change": -0.51}}, {"usage_decline": "high"}),
    ("champion half", {USAGE: {"champion_events_before": 100, "champion_events": 50}}, {}),
    ("champion low", {USAGE: {"champion_events_before": 100, "champion_events": 49}}, {"champion_risk": "medium"}),
    ("champion gone", {USAGE: {"champion_events_before": 100, "champion_events": 0}}, {"champion_risk": "medium"}),
    ("two P1", {SUPPORT: {"p1_tickets": 2}}, {}),
    ("three P1", {SUPPORT: {"p1_tickets": 3}}, {"support_escalation": "high"}),
    ("escalated", {SUPPORT: {"active_escalations": 1}}, {"active_escalation": "high"}),
]  # fmt: skip
RELATION_RISKS: list[Case] = [
    ("met 45 ago", {RELATION: {"days_since_meeting": 45}}, {}),
    ("met 46 ago", {RELATION: {"days_since_meeting": 46}}, {"engagement_drop": "medium"}),
    ("monthly, met 40 ago", {RELATION: {"days_since_meeting": 40, "meeting_gap_days": 26}},
     {"engagement_decline": "low"}),
    ("monthly, met 39 ago", {RELATION: {"days_since_meeting": 39, "meeting_gap_days": 26}}, {}),
    ("renews in 90, no contact", {FACTS: YEARLY | {"days_to_renewal": 90},
                                  RELATION: {"is_contact_read": True}}, {"contract_concern": "high"}),
    ("renews in 90, old contact", {FACTS: YEARLY | {"days_to_renewal": 90},
                                   RELATION: {"is_contact_read": True, "days_since_contact": 46}},
     {"contract_concern": "high"}),
    ("renews in 90, contact", {FACTS: YEARLY | {"days_to_renewal": 90},
                               RELATION: {"is_contact_read": True, "days_since_contact": 45}}, {}),
    # Nobody reads contacts: that there was none is not known.
    ("renews in 90, unread", {FACTS: YEARLY | {"days_to_renewal": 90}}, {}),
    ("227 days, no review", {FACTS: YEARLY | {"days_to_renewal": 227}, RELATION: {"is_review_read": True}},
     {"renewal_preparation": "low"}),
    ("80 days, no review", {FACTS: YEARLY | {"days_to_renewal": 80}, RELATION: {"is_review_read": True}},
     {"renewal_preparation": "medium"}),
    ("80 days, review", {FACTS: YEARLY | {"days_to_renewal": 80}, RELATION: {"is_review_read": True,
     "days_to_review": 9}},
     {}),
]  # fmt: skip
SUPPORT_0 = {"tickets": 0, "open_tickets": 0, "active_escalations": 0}
RELATION_0 = {"is_contact_read": False, "is_review_read": False}


def give(warehouse: Warehouse, cases: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The facts of one account per case; an account without facts of a kind has no row there."""
    names = list(cases)
    warehouse.given("health.facts", [
        {"account_id": name, "kind": "company", "people": 1} | cases[name].get(FACTS, {}) for name in names
    ])  # fmt: skip
    for kind, usual in ((USAGE, {}), (RELATION, RELATION_0), (SUPPORT, SUPPORT_0)):
        rows = [{"account_id": name} | usual | cases[name][kind] for name in names if kind in cases[name]]
        warehouse.given(f"health.{kind}", rows)
    rows = [{"account_id": name} | cases[name][PIPELINE] for name in names if PIPELINE in cases[name]]
    warehouse.given("metrics.account_pipeline", rows)
    warehouse.given("metrics.opportunities", [
        {"source": "crm", "opportunity_id": "1", "account_id": "stale deal", "is_stale": True, "is_copy": False,
         "reporting_amount": 500, "status": "open"},
        {"source": "other", "opportunity_id": "1", "account_id": "stale deal", "is_stale": True, "is_copy": True,
         "reporting_amount": 500, "status": "open"},
    ])  # fmt: skip


@pytest.mark.parametrize("cases", [RISKS, RELATION_RISKS], ids=["account", "relation"])
def test_each_risk_is_found_at_its_threshold_and_not_before(warehouse: Warehouse, cases: list[Case]) -> None:
    give(warehouse, {name: given for name, given, _ in cases})
    warehouse.given("health.churn", [])
    warehouse.build("health.risk_signals")
    found: dict[str, dict[str, str]] = {name: {} for name, _, _ in cases}
    for account, risk, severity in warehouse.rows("SELECT account_id, risk, severity FROM health.risk_signals"):
        found[account][risk] = severity
    assert found == {name: expected for name, _, expected in cases}


def test_what_the_score_says_is_a_risk(warehouse: Warehouse) -> None:
    shared = {
        "coverage": 0.8,
        "confidence": 0.8,
        "confidence_level": "high",
        "has_minimum_sources": True,
        "known_signals": 9,
    }
    warehouse.given("health.scores", [
        shared | {"account_id": "critical", "score": 49, "status": "critical", "trend": "stable", "delta": 0},
        shared | {"account_id": "falling", "score": 80, "status": "healthy", "trend": "declining", "delta": -8,
                  "compared_day": AS_OF.date() - timedelta(days=30)},
        shared | {"account_id": "leaving", "score": 80, "status": "healthy", "trend": "unknown"},
    ])  # fmt: skip
    warehouse.given("health.churn", [
        {"account_id": "leaving", "churn_risk_score": 90, "level": "high", "method": "heuristic",
         "main_factor": "contract set to end", "kind": "inferred"},
        {"account_id": "falling", "churn_risk_score": 20, "level": "low", "method": "heuristic", "kind": "inferred"},
    ])  # fmt: skip
    warehouse.build("health.risk_signals")
    assert warehouse.rows(
        "SELECT account_id, risk, severity, signal, kind, CAST(confidence AS DOUBLE), evidence_table, evidence_rows "
        "FROM health.risk_signals ORDER BY 1"
    ) == [
        ("critical", "health_critical", "critical", "Health score is 49 of 100", "derived", 0.8, "health_dimensions",
         "account_id = 'critical'"),
        ("falling", "health_declining", "medium", "Health lost 8 points since 2026-05-31", "derived", 0.8,
         "account_snapshots", "account_id = 'falling'"),
        ("leaving", "churn_risk_high", "high", "Churn risk is 90 of 100 (heuristic: contract set to end)",
         "inferred", 0.48,
         "churn_risks", "account_id = 'leaving'"),
    ]  # fmt: skip


def test_what_is_inferred_or_stale_is_less_certain(warehouse: Warehouse) -> None:
    champion = {"champion_events_before": 100, "champion_events": 10, "events_change": -0.4}
    give(warehouse, {"a": {USAGE: champion, FACTS: {"overdue_days": 40}}})
    times = [("usage", True), ("engagement", False), ("support", False), ("commercial", False), ("outcome", False)]
    warehouse.given("health.source_times", [{"dimension": d, "is_read": True, "is_stale": stale} for d, stale in times])
    warehouse.given("health.churn", [])
    warehouse.build("health.risk_signals")
    found = warehouse.rows(
        "SELECT place, risk, kind, CAST(confidence AS DOUBLE) FROM health.risk_signals ORDER BY place"
    )
    assert found == [
        (1, "payment_issue", "derived", 1.0), (2, "champion_risk", "inferred", 0.3), (3, "usage_decline", "derived",
         0.5),
    ]  # fmt: skip


OPPORTUNITIES: list[tuple[str, dict[str, dict[str, Any]], list[tuple[str, float | None]]]] = [
    ("89 % of seats", {USAGE: {"seats": 100, "used_seats": 89, "seats_in_use": 0.89}}, []),
    # What they would buy is not known, so it has no value.
    ("98 % of seats", {FACTS: {"arr": 1000}, USAGE: {"seats": 250, "used_seats": 245, "seats_in_use": 0.98}},
     [("expansion", None)]),
    # 12,000 a year for 10 seats and 12 are used: two more at 1,200.
    ("over-used", {FACTS: {"arr": 12000}, USAGE: {"seats": 10, "used_seats": 12, "seats_in_use": 1.2}},
     [("expansion", 2400.0)]),
    ("over-used, free", {USAGE: {"seats": 10, "used_seats": 12, "seats_in_use": 1.2}}, [("expansion", None)]),
    ("deep, unused", {USAGE: {"usage_depth": 0.5, "unused_features": "SSO", "unused_count": 1}}, [("upsell", None)]),
    ("shallow, unused", {USAGE: {"usage_depth": 0.4, "unused_features": "SSO", "unused_count": 1}}, []),
    ("deep, all used", {USAGE: {"usage_depth": 0.9}}, []),
    # One deal in two CRMs counts once.
    ("stale deal", {PIPELINE: {"stale_opportunities": 1, "oldest_stale_at": days_ago(44)}},
     [("stale_opportunity", 500.0)]),
    ("fresh deal", {PIPELINE: {"stale_opportunities": 0, "open_opportunities": 2}}, []),
]  # fmt: skip


def test_opportunities_have_a_value_only_where_the_rows_give_one(warehouse: Warehouse) -> None:
    give(warehouse, {name: given for name, given, _ in OPPORTUNITIES})
    warehouse.build("health.opportunity_signals")
    found: dict[str, list[tuple[str, float | None]]] = {name: [] for name, _, _ in OPPORTUNITIES}
    for account, opportunity, value in warehouse.rows(
        "SELECT account_id, opportunity, CAST(value AS DOUBLE) FROM health.opportunity_signals ORDER BY 1, 2"
    ):
        found[account].append((opportunity, value))
    assert found == {name: expected for name, _, expected in OPPORTUNITIES}
    (words,) = warehouse.rows("SELECT signal FROM health.opportunity_signals WHERE account_id = 'stale deal'")
    assert words == ("1 open opportunity has not changed for up to 44 days",)


def finding(account: str, risk: str, severity: str, action: str, place: int, value: float = 0) -> dict[str, Any]:
    return {
        "account_id": account, "risk": risk, "risk_group": "risk", "severity": severity, "place": place, "signal": risk,
        "value": value, "threshold": 0, "unit": "x", "recommendation": "x", "action": action, "kind": "derived",
        "confidence": 1, "evidence_table": "x", "evidence_rows": "x",
    }  # fmt: skip


def test_at_most_five_actions_by_impact_and_urgency_with_owner_and_date(warehouse: Warehouse) -> None:
    warehouse.given("health.risk_signals", [
        finding("a", "payment_issue", "high", "collect_payment", 2),
        finding("a", "health_critical", "critical", "mitigate_risk", 1),
        finding("a", "churn_risk_high", "high", "mitigate_risk", 3),
        finding("a", "active_escalation", "high", "resolve_escalation", 4),
        finding("a", "usage_decline", "medium", "recover_usage", 5),
        finding("a", "payment_delay", "low", "agree_on_payment", 6),
        finding("a", "engagement_drop", "medium", "schedule_check_in", 7),
        finding("b", "inactivity", "medium", "reactivate", 1),
    ])  # fmt: skip
    warehouse.given("health.opportunity_signals", [])
    warehouse.given("metrics.account_team", [{"account_id": "a", "csm_name": "C. Manager", "ae_name": "A. Executive"}])
    warehouse.build("health.recommended_actions")
    assert warehouse.rows(
        "SELECT account_id, priority, action, owner_role, owner_name, CAST(due_date AS VARCHAR), finding, playbook "
        "FROM health.recommended_actions ORDER BY 1, 2"
    ) == [
        # 5 x 4, 5 x 3, 4 x 3, then 3 x 2 by the nearer date; 2 x 1 falls out.
        ("a", 1, "mitigate_risk", "CSM", "C. Manager", "2026-07-03", "health_critical",
         "customer_success/red_flag_detector"),
        ("a", 2, "resolve_escalation", "Support + CSM", "C. Manager", "2026-07-02", "active_escalation",
         "support_ops/escalation_predictor"),
        ("a", 3, "collect_payment", "Finance", None, "2026-07-03", "payment_issue", "billing/dunning_automation"),
        ("a", 4, "schedule_check_in", "CSM", "C. Manager", "2026-07-05", "engagement_drop", None),
        ("a", 5, "recover_usage", "CSM", "C. Manager", "2026-07-07", "usage_decline",
         "customer_success/adoption_score"),
        ("b", 1, "reactivate", "CSM", None, "2026-07-07", "inactivity", None),
    ]  # fmt: skip


# account, score, risks (name, severity, value), has an expansion signal; route, later routes
ROUTES: list[tuple[str, float | None, list[tuple[str, str, float]], bool, str, str | None]] = [
    ("59", 59, [], False, "at_risk", "attention_needed"),
    ("60, nothing", 60, [], False, "attention_needed", None),
    ("80, critical risk", 80, [("payment_issue", "critical", 95)], True, "at_risk",
     "expansion_ready, attention_needed"),
    ("unknown, critical risk", None, [("payment_issue", "critical", 95)], False, "at_risk", "attention_needed"),
    ("escalated", 90, [("active_escalation", "high", 1)], True, "escalation_required",
     "expansion_ready, attention_needed"),
    ("59, escalated", 59, [("active_escalation", "high", 1)], False, "at_risk",
     "escalation_required, attention_needed"),
    ("76, expansion", 76, [], True, "expansion_ready", None),
    ("75, expansion", 75, [], True, "healthy", None),
    ("renewal in 90", 76, [("renewal_preparation", "medium", 90)], False, "renewal_focus", "attention_needed"),
    ("renewal in 91", 76, [("renewal_preparation", "low", 91)], False, "attention_needed", None),
    ("76, expansion, renewal", 76, [("renewal_preparation", "medium", 90)], True, "expansion_ready",
     "renewal_focus, attention_needed"),
    ("minor", 90, [("payment_delay", "low", 1)], False, "attention_needed", None),
    ("healthy", 90, [], False, "healthy", None),
    ("unknown", None, [], True, "unknown", None),
    ("unknown, minor", None, [("payment_delay", "low", 1)], False, "attention_needed", None),
]  # fmt: skip


def test_routes_are_tried_in_their_order(warehouse: Warehouse) -> None:
    def status(score: float | None) -> str:
        return "unknown" if score is None else "critical" if score < 50 else "at_risk" if score < 70 else "healthy"

    warehouse.given("health.scores", [
        {"account_id": name, "score": score, "status": status(score), "trend": "unknown", "coverage": 0.9,
         "confidence": 0.9, "confidence_level": "high", "has_minimum_sources": True, "known_signals": 9}
        for name, score, _, _, _, _ in ROUTES
    ])  # fmt: skip
    warehouse.given("health.risk_signals", [
        finding(name, risk, severity, "x", place, value)
        for name, _, risks, _, _, _ in ROUTES
        for place, (risk, severity, value) in enumerate(risks, 1)
    ])  # fmt: skip
    warehouse.given("health.opportunity_signals", [
        {"account_id": name, "opportunity": "expansion", "signal": "98 % of 250 seats are used", "measured": 0.98,
         "threshold": 0.9, "unit": "x", "recommendation": "x", "action": "x", "kind": "derived", "confidence": 1,
         "evidence_table": "x"}
        for name, _, _, has_expansion, _, _ in ROUTES
        if has_expansion
    ])  # fmt: skip
    warehouse.build("health.exit_states")
    found = warehouse.rows("SELECT account_id, exit_state, also FROM health.exit_states")
    assert sorted(found) == sorted((name, state, also) for name, _, _, _, state, also in ROUTES)
    reasons = dict(warehouse.rows("SELECT account_id, reason FROM health.exit_states"))
    assert reasons["59"] == "Health score is 59 of 100"
    assert reasons["escalated"] == "active_escalation"
    assert reasons["76, expansion"] == "98 % of 250 seats are used"
    triggers = dict(warehouse.rows("SELECT exit_state, MIN(playbooks) FROM health.exit_states GROUP BY 1"))
    assert triggers == {
        "at_risk": "customer_success/red_flag_detector, customer_success/risk_mitigation_playbook",
        "escalation_required": "support_ops/escalation_predictor",
        "expansion_ready": "customer_success/success_plan_generator",
        "renewal_focus": "customer_success/quarterly_business_review",
        "attention_needed": None, "healthy": None, "unknown": None,
    }  # fmt: skip


def test_each_figure_of_a_narrative_names_its_column(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [
        {"account_id": "a", "kind": "company", "name": "Acme", "people": 3, "customer_months": 29, "arr": 180000,
         "contract_continues": 1, "days_to_renewal": 227},
        {"account_id": "b", "kind": "company", "people": 1},
    ])  # fmt: skip
    shared = {"has_minimum_sources": True, "known_signals": 9, "confidence": 0.5}
    warehouse.given("health.scores", [
        shared | {"account_id": "a", "score": 72, "status": "healthy", "trend": "declining", "delta": -8,
         "coverage": 0.9,
                  "confidence_level": "high", "compared_day": datetime(2026, 5, 31).date()},
        shared | {"account_id": "b", "status": "unknown", "trend": "unknown", "coverage": 0.14,
         "confidence_level": "low"},
    ])  # fmt: skip
    warehouse.given("health.risk_signals", [
        finding("a", "active_escalation", "high", "x", 1, 1) | {"signal": "1 escalated ticket is open"}
    ])  # fmt: skip
    warehouse.given("health.opportunity_signals", [
        {"account_id": "a", "opportunity": "expansion", "signal": "98 % of 250 seats are used", "measured": 0.98,
         "threshold": 0.9, "unit": "x", "recommendation": "x", "action": "x", "kind": "derived", "confidence": 1,
         "evidence_table": "x"}
    ])  # fmt: skip
    warehouse.given("profile.shapes_read", [{"source": "stripe", "shape": "charge"}])
    warehouse.build("health.narratives")
    assert warehouse.rows("SELECT narrative FROM health.narratives ORDER BY account_id") == [
        ("Acme has been a customer for 2 years and is worth 180000 USD a year. Its health is 72 of 100, 8 points "
         "less than on 2026-05-31; most pressing (high): 1 escalated ticket is open. The contract renews in 227 days; "
         "opportunity: 98 % of 250 seats are used.",),
        ("An account without a name has not paid yet. Its health is not known: 14 % of what counts is.",),
    ]  # fmt: skip
    assert warehouse.rows(
        "SELECT figure, evidence_table, evidence_column FROM health.narrative_figures WHERE account_id = 'a' "
        "ORDER BY sentence, place"
    ) == [
        ("Acme", "account_360", "customer_name"), ("29 months", "account_360", "customer_since"),
        ("180000.00", "account_360", "current_arr"), ("72.00", "account_360", "health_score"),
        ("-8.00", "account_360", "health_delta"), ("1.0", "risk_signals", "signal"),
        ("227", "account_360", "days_to_renewal"), ("0.98", "opportunity_signals", "signal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arr", "said"),
    [("0.40", "0.40 USD"), ("99.90", "99.90 USD"), ("783.00", "783 USD"), ("999.99", "999.99 USD"),
     ("1296.50", "1297 USD")],
)  # fmt: skip
def test_a_small_sum_is_told_with_its_cents(warehouse: Warehouse, arr: str, said: str) -> None:
    warehouse.given("health.facts", [{"account_id": "a", "kind": "company", "name": "Acme", "people": 1, "arr": arr,
                                      "customer_months": 5}])  # fmt: skip
    warehouse.build("health.narrative_figures")
    parts = warehouse.rows("SELECT part FROM health.narrative_figures WHERE evidence_column = 'current_arr'")
    assert parts == [(f" and is worth {said} a year",)]


def test_every_column_a_narrative_names_is_published(warehouse: Warehouse) -> None:
    give(warehouse, {name: given for name, given, _ in RISKS})
    warehouse.given("health.churn", [])
    warehouse.build("health.narrative_figures")
    for table, name in warehouse.rows("SELECT DISTINCT evidence_table, evidence_column FROM health.narrative_figures"):
        assert name in {c.name for c in warehouse.tables[f"customer_360.{table}"].columns}
    assert warehouse.rows("SELECT COUNT(*) FROM health.narrative_figures WHERE part = '' OR figure = ''") == [(0,)]
