"""The risks and opportunities that are looked for, and which action each asks for. Pure data.

Thresholds are settings (`config/health.py`), conditions stand in the tables that find them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_OF_ACCOUNT = "account_id = '{account_id}'"
_OVERDUE = f"{_OF_ACCOUNT} AND status = 'open' AND due_at IS NOT NULL"

_OF_ITS_PEOPLE = "customer_id IN (SELECT customer_id FROM account_people WHERE account_id = '{account_id}')"
_MEETINGS = f"{_OF_ACCOUNT} AND activity_type = 'meeting' AND is_contact"


@dataclass(frozen=True)
class Finding:
    """A kind of risk or opportunity.

    Args:
        name: as `risk` or `opportunity` of the published tables.
        group: `risk` (requirements of the aggregator), `alert` (those of the dashboard) or `opportunity`.
        dimension: whose freshness its confidence depends on; None: of the whole score.
        unit: of its value and threshold.
        kind: derived from observed facts by a formula, or inferred: another reading of the facts is possible.
        recommendation: what to do, in a sentence.
        action: the action of `health.actions` it asks for.
        evidence: published table and condition that hold the rows behind it; {account_id} stands for the account.
    """

    name: str
    group: Literal["risk", "alert", "opportunity"]
    dimension: str | None
    unit: str
    kind: Literal["derived", "inferred"]
    recommendation: str
    action: str
    evidence: tuple[str, str]


FINDINGS: tuple[Finding, ...] = (
    Finding("payment_issue", "risk", "commercial", "days", "derived", "Call the billing contact and agree on a date.",
            "collect_payment", ("invoices", _OVERDUE)),
    Finding("payment_delay", "alert", "commercial", "days", "derived",
     "Remind of the invoice, or agree on other terms.",
            "agree_on_payment", ("invoices", _OF_ACCOUNT)),
    Finding("renewal_urgent", "alert", "commercial", "days", "derived", "Settle the renewal now.",
            "prepare_renewal", ("subscriptions", _OF_ACCOUNT)),
    Finding("contract_ending", "risk", "commercial", "days", "derived", "Ask why it ends, and make an offer.",
            "save_contract", ("subscriptions", f"{_OF_ACCOUNT} AND ends_at IS NOT NULL")),
    Finding("inactivity", "alert", "commercial", "days", "derived", "Reach out and ask what changed.",
            "reactivate", ("customer_timeline",
                           _OF_ITS_PEOPLE)),
    Finding("health_critical", "alert", None, "points", "derived", "Agree on a plan with the account's owner.",
            "mitigate_risk", ("health_dimensions", _OF_ACCOUNT)),
    Finding("health_declining", "risk", None, "points", "derived", "Find what declined, and talk about it.",
            "schedule_check_in", ("account_snapshots", _OF_ACCOUNT)),
    Finding("churn_risk_high", "alert", None, "points", "inferred", "Agree on a plan to keep the account.",
            "mitigate_risk", ("churn_risks", _OF_ACCOUNT)),
    Finding("usage_decline", "risk", "usage", "ratio", "derived", "Ask what changed, and train the team again.",
            "recover_usage", ("usage_days", _OF_ACCOUNT)),
    Finding("champion_risk", "risk", "usage", "ratio", "inferred", "Meet the champion, and win a second one.",
            "find_champion", ("customer_360", _OF_ITS_PEOPLE)),
    Finding("engagement_drop", "risk", "engagement", "days", "derived", "Schedule a meeting this week.",
            "schedule_check_in", ("activities", _MEETINGS)),
    Finding("engagement_decline", "risk", "engagement", "days", "derived", "Schedule a check-in call this week.",
            "schedule_check_in", ("activities", _MEETINGS)),
    Finding("contract_concern", "risk", "engagement", "days", "derived", "Talk to the account before it renews.",
            "prepare_renewal", ("activities", _OF_ACCOUNT)),
    Finding("renewal_preparation", "risk", "engagement", "days", "derived", "Schedule a business review.",
            "prepare_renewal", ("subscriptions", _OF_ACCOUNT)),
    Finding("support_escalation", "risk", "support", "tickets", "derived", "Go through the P1 tickets together.",
            "review_severe_tickets", ("tickets", f"{_OF_ACCOUNT} AND severity = 'P1'")),
    Finding("active_escalation", "risk", "support", "tickets", "derived", "Join the call, and escalate to engineering.",
            "resolve_escalation", ("tickets", f"{_OF_ACCOUNT} AND is_escalated AND status = 'open'")),
    Finding("expansion", "opportunity", "usage", "ratio", "derived", "Propose more seats in the next meeting.",
            "propose_expansion", ("entitlements", _OF_ACCOUNT)),
    Finding("upsell", "opportunity", "usage", "ratio", "inferred", "Show what the unused features do.",
            "present_features",
            ("account_features", f"{_OF_ACCOUNT} AND is_high_value AND is_unused")),
    Finding("stale_opportunity", "opportunity", "engagement", "opportunities", "derived",
            "Update the opportunity, or close it.", "review_opportunity",
            ("opportunities", f"{_OF_ACCOUNT} AND is_stale")),
)  # fmt: skip
