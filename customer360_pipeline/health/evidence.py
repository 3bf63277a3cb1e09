"""Where the rows behind a signal are: a published table and the condition that finds them in it. Pure data.

`{account_id}` stands for the account.
"""

from __future__ import annotations

_OF_ACCOUNT = "account_id = '{account_id}'"


def _of(table: str, condition: str = "") -> tuple[str, str]:
    return table, _OF_ACCOUNT + (f" AND {condition}" if condition else "")


EVIDENCE: dict[str, tuple[str, str]] = {
    "mau_change": _of("usage_days"),
    "dau_wau": _of("usage_days"),
    "feature_adoption": _of("account_features"),
    "usage_depth": _of("usage_days"),
    "days_since_active": _of("usage_days"),
    "days_since_meeting": _of("activities", "activity_type = 'meeting' AND is_contact"),
    "days_since_contact": _of("activities", "is_contact"),
    "response_ratio": _of("activities", "activity_type = 'email'"),
    "nps": _of("survey_answers"),
    "tickets_per_person": _of("tickets"),
    "p1_p2_tickets": _of("tickets", "severity IN ('P1', 'P2')"),
    "resolution_hours": _of("tickets", "resolved_at IS NOT NULL"),
    "csat": _of("tickets", "csat_score IS NOT NULL"),
    "active_escalations": _of("tickets", "is_escalated AND status = 'open'"),
    "overdue_days": _of("invoices", "status = 'open' AND due_at IS NOT NULL"),
    "payment_delay": _of("invoices", "paid_at IS NOT NULL"),
    # An invoice does not show its attempts.
    "failed_attempts": _of("account_360"),
    "arr_change": _of("arr_movements"),
    "contract_continues": _of("subscriptions"),
    "seat_overuse": _of("entitlements"),
    "goal_progress": _of("goals"),
    "goals_met": _of("goals"),
    "days_since_review": _of("reviews"),
    "seats_in_use": _of("entitlements"),
}
