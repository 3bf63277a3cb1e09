"""What health reads of the metrics. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import AS_OF, Warehouse


def account(name: str, kind: str = "company", **more: Any) -> dict[str, Any]:
    return {"account_id": name, "kind": kind, "crm_accounts": 0, "people": 2, "records": 2} | more


def contract(name: str, **more: Any) -> dict[str, Any]:
    return {"account_id": name, "active_subscriptions": 1, "has_auto_renew": True, "product_count": 1} | more


def billed(name: str, **more: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("paid_invoices", "open_invoices", "overdue_invoices", "unconverted_invoices"), 0)
    return {"account_id": name, "total_invoices": 3, "failed_attempts_12m": 0} | counts | more


def test_only_customers_and_companies_are_looked_at(warehouse: Warehouse) -> None:
    warehouse.given("profile.accounts", [account("lead", "person"), account("buyer", "person"), account("company")])
    warehouse.given("metrics.account_revenue", [
        {"account_id": "buyer", "total_charges": 1, "total_paid": 9, "unconverted_movements": 0}
    ])  # fmt: skip
    warehouse.given("metrics.account_activity", [])
    warehouse.build("health.facts")
    assert warehouse.column("health.facts", "account_id") == ["buyer", "company"]


def test_a_monthly_contract_that_renews_itself_has_no_renewal_to_prepare(warehouse: Warehouse) -> None:
    """Else every monthly subscriber would be an urgent renewal, always."""
    soon = date(2026, 7, 10)
    warehouse.given("profile.accounts", [account(n) for n in ("ends", "monthly", "quarterly", "yearly")])
    warehouse.given("metrics.account_contracts", [
        contract("monthly", contract_term_months=1, renewal_date=soon, contract_end_date=soon),
        contract("quarterly", contract_term_months=3, renewal_date=soon),
        contract("yearly", contract_term_months=12, renewal_date=date(2027, 6, 30)),
        contract("ends", contract_term_months=1, contract_end_date=soon, has_auto_renew=False),
    ])  # fmt: skip
    warehouse.build("health.facts")
    assert warehouse.rows("SELECT account_id, days_to_renewal, contract_continues FROM health.facts ORDER BY 1") == [
        ("ends", 10, 0), ("monthly", None, 1), ("quarterly", 10, 1), ("yearly", 365, 1),
    ]  # fmt: skip


def test_unknown_is_not_zero(warehouse: Warehouse) -> None:
    """Billed and not overdue is 0 days; never billed is unknown."""
    warehouse.given("profile.accounts", [account("a"), account("b"), account("c")])
    warehouse.given("metrics.account_billing", [billed("a"), billed("b", overdue_days=12)])
    warehouse.given("metrics.account_arr", [
        {"account_id": "a", "current_arr": 80, "prev_year_arr": 100, "unconverted_currencies": 0},
        {"account_id": "b", "current_arr": 0, "prev_year_arr": 0, "unconverted_currencies": 0},
    ])  # fmt: skip
    warehouse.build("health.facts")
    assert warehouse.rows(
        "SELECT account_id, overdue_days, failed_attempts, ROUND(arr_change, 6), contract_continues FROM health.facts "
        "ORDER BY 1"
    ) == [("a", 0, 0, -0.2, None), ("b", 12, 0, None, 0), ("c", None, None, None, None)]  # fmt: skip


def test_the_months_of_a_customer_are_those_since_the_published_day(warehouse: Warehouse) -> None:
    warehouse.given("profile.accounts", [account("a"), account("b")])
    warehouse.given("metrics.account_value", [{"account_id": "a", "customer_since": date(2024, 6, 30)}])
    warehouse.build("health.facts")
    assert warehouse.rows("SELECT customer_months FROM health.facts ORDER BY account_id") == [(24,), (None,)]


def sources(*present: str) -> list[dict[str, Any]]:
    return [{"source": name, "category": name, "is_present": True} for name in present]


def test_support_that_was_read_and_knows_nothing_is_no_ticket_and_else_unknown(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [{"account_id": "a", "kind": "company", "people": 4},
                                     {"account_id": "b", "kind": "company", "people": 0}])  # fmt: skip
    warehouse.given("metrics.account_support", [
        {"account_id": "a", "tickets_90d": 2, "p1_p2_tickets_90d": 1, "avg_resolution_hours_90d": 8, "csat_score": 80}
    ])  # fmt: skip
    warehouse.given("profile.sources", sources("support"))
    warehouse.build("health.support_facts")
    columns = "account_id, tickets_per_person, p1_p2_tickets, resolution_hours, csat, active_escalations"
    assert warehouse.rows(f"SELECT {columns} FROM health.support_facts ORDER BY 1") == [
        ("a", 0.5, 1, 8, 80, 0), ("b", 0, 0, None, None, 0),
    ]  # fmt: skip
    warehouse.given("profile.sources", sources("payments"))
    warehouse.build("health.support_facts")
    assert warehouse.rows("SELECT * FROM health.support_facts") == []


def test_the_champion_is_who_did_most_before_and_enough(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [{"account_id": a, "kind": "company", "people": 1} for a in ("a", "b")])
    warehouse.given("metrics.account_usage", [
        {"account_id": "a", "mau": 5, "mau_change_ratio": -0.5, "seats": 10, "used_seats": 9, "seat_utilization": 0.9,
         "last_active_at": AS_OF - timedelta(days=3)},
        {"account_id": "b", "mau": 1},
    ])  # fmt: skip
    warehouse.given("metrics.people_activity", [
        {"account_id": "a", "customer_id": "c_1", "customer_number": 1, "events_30d": 4, "events_prev_30d": 90},
        {"account_id": "a", "customer_id": "c_2", "customer_number": 2, "events_30d": 95, "events_prev_30d": 40},
        {"account_id": "b", "customer_id": "c_3", "customer_number": 3, "events_30d": 0, "events_prev_30d": 19},
    ])  # fmt: skip
    warehouse.given("metrics.account_features", [
        {"account_id": "a", "feature": "SSO", "is_high_value": True, "is_unused": True},
        {"account_id": "a", "feature": "Export", "is_high_value": False, "is_unused": True},
        {"account_id": "a", "feature": "API", "is_high_value": True, "is_unused": True},
    ])  # fmt: skip
    warehouse.given("metrics.usage_window", [{"is_known": True, "is_prev_known": True, "has_logins": False}])
    warehouse.build("health.usage_facts")
    columns = "account_id, days_since_active, seats_in_use, unused_features, champion_id, champion_events"
    assert warehouse.rows(f"SELECT {columns} FROM health.usage_facts ORDER BY 1") == [
        ("a", 3, 0.9, "API, SSO", "c_1", 4), ("b", None, None, None, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("last_event", "days"), [(8, 12), (9, None)])
def test_a_feed_that_fell_silent_does_not_make_customers_inactive(
    warehouse: Warehouse, last_event: int, days: int | None
) -> None:
    """The account's latest event is 12 days old; anybody's 8, which still tells, or 9 (usage.max_silent_days is 7)."""
    warehouse.people({"email": "ada@acme.example"})
    ages = [(0, 12), (0, 90), (None, last_event)]
    at = [(node, AS_OF - timedelta(days=age)) for node, age in ages]
    warehouse.given("staging.usage_days", [
        {"source": "segment", "node": node, "day": t.date(), "events": 1, "first_at": t, "last_at": t} for node, t in at
    ])  # fmt: skip
    warehouse.build("health.signals")
    assert warehouse.rows("SELECT days_since_active FROM health.usage_facts") == [(days,)]
    known = "SELECT value FROM health.signals WHERE signal = 'days_since_active' AND is_known"
    assert warehouse.rows(known) == ([] if days is None else [(days,)])


def test_a_review_may_be_planned_in_either_system(warehouse: Warehouse) -> None:
    warehouse.given("health.facts", [{"account_id": a, "kind": "company", "people": 1} for a in ("a", "b", "c")])
    warehouse.given("profile.sources", sources("success", "crm"))
    warehouse.given("metrics.account_engagement", [
        {"account_id": "a", "last_meeting_at": datetime(2026, 6, 20), "next_review_at": datetime(2026, 7, 20)},
    ])  # fmt: skip
    warehouse.given("metrics.account_success", [
        {"account_id": "a", "next_review_at": datetime(2026, 7, 10), "last_review_at": datetime(2026, 4, 1), "goals": 4,
         "goals_met": 1, "goal_progress": 0.5},
        {"account_id": "b", "goals": 0},
    ])  # fmt: skip
    warehouse.build("health.outcome_facts")
    columns = "account_id, days_since_meeting, days_to_review, days_since_review, is_contact_read, is_review_read"
    assert warehouse.rows(f"SELECT {columns} FROM health.engagement_facts ORDER BY 1") == [
        ("a", 10, 10, 90, True, True), ("b", None, None, None, True, True), ("c", None, None, None, True, True),
    ]  # fmt: skip
    columns = "account_id, goal_progress, goals_met, days_since_review"
    assert warehouse.rows(f"SELECT {columns} FROM health.outcome_facts ORDER BY 1") == [
        ("a", 0.5, 0.25, 90), ("b", None, None, None),
    ]  # fmt: skip


def test_a_source_is_stale_by_its_newest_fact(warehouse: Warehouse) -> None:
    warehouse.given("profile.sources", sources("payments", "support"))
    warehouse.given("metrics.account_support", [{"account_id": "a", "last_ticket_at": AS_OF - timedelta(hours=25)}])
    warehouse.given("metrics.account_billing", [
        billed("a", last_invoice_at=AS_OF - timedelta(days=40), last_paid_at=AS_OF - timedelta(days=34))
    ])  # fmt: skip
    warehouse.build("health.source_times")
    found = warehouse.rows("SELECT dimension, is_read, age_hours, is_stale FROM health.source_times ORDER BY 1")
    assert found == [
        ("commercial", True, 816, False), ("engagement", False, None, True), ("outcome", False, None, True),
        ("support", True, 25, True), ("usage", False, None, True),
    ]  # fmt: skip
