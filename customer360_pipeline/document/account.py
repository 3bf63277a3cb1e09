"""The document of an account: the fields of a customer 360 response, with freshness and discrepancies beside them.

Names are those of the response format the product was asked for, in camel case; what it does not name follows them.
"""

from __future__ import annotations

from collections.abc import Mapping

from customer360_pipeline.document.parts import (
    Document,
    Figure,
    Keyed,
    Part,
    Row,
    Rows,
    Values,
    derived,
    inferred,
    observed,
)

MINE = "account_id = $id"
DIMENSIONS = ("usage", "engagement", "support", "commercial", "outcome")
DAYS = "$as_of::DATE - {0}"

_INVOICES, _TICKETS = ("invoices", MINE), ("tickets", MINE)
_SUBSCRIPTIONS, _SEATS, _DEALS = ("subscriptions", MINE), ("entitlements", MINE), ("opportunities", MINE)
_EVENTS, _LOGINS = ("customer_timeline", MINE), ("customer_timeline", f"{MINE} AND event_type = 'login'")
_PAYMENTS = ("customer_timeline", f"{MINE} AND event_type IN ('charge', 'refund', 'dispute')")
_ACTIVITIES, _USAGE = ("activities", MINE), ("usage_days", MINE)


def _account(*figures: Mapping[str, Figure], parts: Mapping[str, Part] | None = None) -> Row:
    """An object of columns of the one row of account_360."""
    return Row(
        "account_360", MINE, {name: figure for some in figures for name, figure in some.items()}, parts=parts or {}
    )


_PROFILE = _account(
    observed(name="customer_name", industry="industry", domain="domain", region="region", city="city"),
    observed(country="country", address="address", phone="phone", employees="employee_count"),
    observed(csm="csm_name", csmId="csm_id", csmEmail="csm_email", ae="ae_name"),
    derived(arr="current_arr", arrGrowthMonth="arr_growth_mom", arrGrowthYear="arr_growth_yoy", rows=_SUBSCRIPTIONS),
    derived(
        contractEnd="contract_end_date", products="active_products", productCount="product_count", rows=_SUBSCRIPTIONS
    ),
    derived(
        customerSince="customer_since", totalPaid="total_paid", amountsWithoutRate="unconverted_count", rows=_PAYMENTS
    ),
    derived(people="people_count", rows=("account_people", MINE)),
    inferred(lifetimeValue="ltv"),
    parts={
        "contacts": Rows(
            "account_contacts",
            f"{MINE} AND is_main",
            derived(customerId="customer_id", role="role", jobTitle="job_title", kind="kind", basis="basis"),
            "role, customer_id",
            10,
        ),
    },
)

_HEALTH = _account(
    derived(overallScore="health_score", status="health_status", rows=("health_dimensions", MINE)),
    derived(trend="health_trend", trendDelta="health_delta", rows=("account_snapshots", MINE)),
    derived(coverage="health_coverage", confidence="health_confidence", rows=("health_dimensions", MINE)),
    inferred(churnRisk="churn_risk", churnRiskScore="churn_risk_score", rows=("churn_risks", MINE)),
    parts={
        "dimensions": Keyed(
            "health_dimensions",
            MINE,
            "dimension",
            DIMENSIONS,
            derived(
                "score", "trend", "delta", "weight", "coverage", "confidence",
                lastUpdated="source_at", isStale="is_stale", isIncomplete="is_incomplete",
            ),
        ),
    },
)  # fmt: skip


def _contact(role: str) -> Row:
    return Row(
        "account_contacts",
        f"{MINE} AND role = '{role}' AND is_main",
        derived(customerId="customer_id", title="job_title", kind="kind", lastEngagement="last_contact_at"),
        "customer_id",
        {
            "person": Row(
                "account_people",
                f"{MINE} AND customer_id IN (SELECT customer_id FROM main.account_contacts WHERE {MINE} "
                f"AND role = '{role}' AND is_main)",
                observed(firstName="first_name", lastName="last_name"),
            )
        },
    )


_ENGAGEMENT = _account(
    derived(lastMeeting="last_meeting_date", nextMeeting="next_meeting_date", rows=_ACTIVITIES),
    derived(lastContact="last_contact_date", rows=_ACTIVITIES),
    derived(meetingCadence="meeting_cadence", meetings90Days="meetings_90d", rows=_ACTIVITIES),
    inferred(responsiveness="responsiveness", rows=_ACTIVITIES),
    derived(npsScore="nps_score", npsResponses="nps_responses", rows=("survey_answers", MINE)),
    derived(nextReview="next_review_date", lastReview="last_review_date", rows=("reviews", MINE)),
    derived(totalInteractions="total_interactions", lastInteraction="last_interaction_date", rows=_EVENTS),
    parts={"executiveSponsor": _contact("executive_sponsor"), "champion": _contact("champion")},
)

_SUPPORT = _account(
    derived(openTickets="open_tickets", ticketsLast90Days="tickets_90d", rows=_TICKETS),
    derived(ticketsLast12Months="tickets_12m", ticketsPrevious12Months="tickets_prev_12m", rows=_TICKETS),
    derived(avgResolutionTimeHours="avg_resolution_time_hours", lastTicket="last_ticket_at", rows=_TICKETS),
    derived(csat="csat_average", csatScore="csat_score", csatResponses="csat_responses", rows=_TICKETS),
    derived(escalations="escalations_12m", activeEscalations="active_escalations", rows=_TICKETS),
    parts={
        "topIssues": Rows(
            "ticket_topics", MINE, derived(category="category", count="tickets_90d"), "place, category", 5
        ),
        "activeEscalation": Row(
            "tickets",
            f"{MINE} AND is_escalated AND status = 'open'",
            observed(ticketId="ticket_id", source="source", issue="title", severity="severity", openedAt="opened_at")
            | derived(daysOpen="days_open"),
            "opened_at, source, ticket_id",
        ),
        "recentTickets": Rows(
            "tickets",
            MINE,
            observed(ticketId="ticket_id", source="source", issue="title", severity="severity", status="status")
            | observed(openedAt="opened_at", resolvedAt="resolved_at"),
            "opened_at DESC, source, ticket_id",
            5,
        ),
    },
)

_USAGE_SUMMARY = _account(
    derived(dau="dau", wau="wau", mau="mau", mauChange="mau_change_ratio", dauWauRatio="dau_wau_ratio", rows=_USAGE),
    derived(usageChange="usage_change_ratio", usageDepth="usage_depth", rows=_USAGE),
    derived(featuresUsed="features_used_30d", featuresAvailable="features_available", rows=("account_features", MINE)),
    derived(featureAdoption="avg_feature_adoption", rows=("account_features", MINE)),
    derived(powerUsers="power_users", atRiskUsers="at_risk_users", lastActive="last_active_date", rows=_USAGE),
    derived(lastLogin="last_login_at", rows=_LOGINS),
    parts={
        "topFeatures": Values(
            "account_features", f"{MINE} AND events_30d > 0", derived("feature")["feature"], "place, feature", 5
        ),
        "underutilized": Values(
            "account_features",
            f"{MINE} AND is_unused AND is_high_value",
            derived("feature")["feature"],
            "place, feature",
            10,
        ),
    },
)

_COMMERCIAL = _account(
    derived(arr="current_arr", mrr="current_mrr", rows=("subscriptions", MINE)),
    parts={
        "contract": _account(
            derived(startDate="contract_start_date", endDate="contract_end_date", rows=_SUBSCRIPTIONS),
            derived(renewalDate="renewal_date", daysToRenewal="days_to_renewal", rows=_SUBSCRIPTIONS),
            derived(autoRenew="has_auto_renew", termMonths="contract_term_months", rows=_SUBSCRIPTIONS),
        ),
        "billing": _account(
            derived(status="payment_status", totalInvoices="total_invoices", rows=_INVOICES),
            derived(lastPayment="last_payment_date", rows=_PAYMENTS),
            derived(outstanding="outstanding_amount", overdue="overdue_amount", rows=_INVOICES),
            derived(overdueDays="overdue_days", averagePaymentDelayDays="avg_payment_delay", rows=_INVOICES),
            derived(failedAttemptsLast12Months="failed_attempts_12m", rows=_INVOICES),
            derived(credit="credit_amount", cash="cash_amount"),
        ),
        "latestInvoice": Row(
            "invoices",
            MINE,
            observed("status", "currency", number="invoice_number", amountDue="amount_due", issuedAt="issued_at")
            | observed(dueAt="due_at", paidAt="paid_at"),
            "issued_at DESC, source, invoice_id",
        ),
        "subscriptions": Rows(
            "subscriptions",
            MINE,
            observed("currency", subscriptionId="subscription_id", source="source", startedAt="started_at")
            | observed(endsAt="ends_at", periodEndsAt="period_end_at")
            | derived("status", "arr", "mrr"),
            "arr DESC, source, subscription_id",
            25,
        ),
        "expansion": _account(
            derived(currentSeats="seats", usedSeats="used_seats", seatUtilization="seat_utilization", rows=_SEATS),
        ),
        "pipeline": _account(
            derived(openOpportunities="open_opportunities", openValue="open_pipeline_value", rows=_DEALS),
            derived(winRate="win_rate", averageDeal="avg_deal_value", rows=_DEALS),
            derived(stale="stale_opportunities", rows=_DEALS),
        ),
    },
)

_RISKS = Rows(
    "risk_signals",
    MINE,
    derived("severity", "signal", "kind", "confidence", type="risk", group="risk_group")
    | derived("recommendation", evidenceTable="evidence_table", evidenceRows="evidence_rows"),
    "place",
    20,
)
_OPPORTUNITIES = Rows(
    "opportunity_signals",
    MINE,
    derived("signal", "value", "kind", "confidence", type="opportunity")
    | derived("recommendation", evidenceTable="evidence_table", evidenceRows="evidence_rows"),
    "opportunity",
    10,
)
_ACTIONS = Rows(
    "recommended_actions",
    MINE,
    inferred("priority", "reason", action="action_text", ownerRole="owner_role", owner="owner_name")
    | inferred(dueDate="due_date", skillTrigger="playbook", type="action"),
    "priority",
    5,
)
_FLAGS = _account(
    derived(vip="is_vip", atRisk="is_at_risk", renewalDue="is_renewal_due", openEscalation="has_open_escalation"),
    inferred(churnRisk="churn_risk"),
)
TIMELINE_FIGURES = observed("source", at="occurred_at", type="event_type", title="title", id="event_id") | observed(
    "status", "amount", "currency"
)


def _timeline(table: str) -> Rows:
    return Rows(
        table,
        f"{MINE} AND occurred_at > $as_of - INTERVAL 30 DAY",
        TIMELINE_FIGURES | derived(customerId="customer_id"),
        "occurred_at DESC, source, event_type, event_id",
        100,
    )


FRESHNESS = Rows(
    "freshness",
    "facts > 0",
    derived("source", "fact", lastUpdated="last_at", ageDays="age_days"),
    "source, fact",
    200,
)
_RELATED = Rows(
    "account_people",
    MINE,
    observed(firstName="first_name", lastName="last_name", jobTitle="job_title")
    | derived(customerId="customer_id", basis="basis", hasRelatedAccounts="is_related"),
    "is_related, customer_id",
    50,
)
_DISCREPANCIES = Rows(
    "account_discrepancies",
    MINE,
    observed("field", winner="winner_value", winnerSource="winner_source", others="other_values")
    | derived("severity", since="since_at"),
    "field",
    50,
)
_STATED = Rows(
    "account_conflicts",
    MINE,
    derived("field", "difference", ours="our_value", stated="stated_value", source="source"),
    "field, source",
    20,
)


def account_document(kind: str) -> Document:
    """The document of a company, or of a person who is an account of one: their events stand in another table."""
    return _COMPANY if kind == "company" else _PERSON


def _document(timeline: Rows) -> Document:
    return Document(
        "Account profile",
        "What the sources say of one account and what follows from it. docs/profile.md describes each part.",
        _account(
            derived(accountId="account_id", accountKind="account_kind", dataCompleteness="data_completeness"),
            inferred(keyNarrative="key_narrative", rows=("narrative_figures", MINE)),
            inferred(exitState="exit_state", rows=("exit_states", MINE)),
            parts={
                "accountProfile": _PROFILE,
                "healthSummary": _HEALTH,
                "engagementSummary": _ENGAGEMENT,
                "supportSummary": _SUPPORT,
                "usageSummary": _USAGE_SUMMARY,
                "commercialSummary": _COMMERCIAL,
                "riskIndicators": _RISKS,
                "opportunities": _OPPORTUNITIES,
                "recommendedActions": _ACTIONS,
                "flags": _FLAGS,
                "people": _RELATED,
                "timeline": timeline,
                "discrepancies": _DISCREPANCIES,
                "statedDifferences": _STATED,
                "freshness": FRESHNESS,
            },
        ),
        {
            "Contact information": ("accountProfile", "people"),
            "Account": ("accountId", "accountKind", "commercialSummary.contract", "commercialSummary.pipeline"),
            "Subscription and billing": ("commercialSummary",),
            "Support": ("supportSummary",),
            "Product usage": ("usageSummary",),
            "Health": ("healthSummary", "engagementSummary", "riskIndicators", "opportunities", "recommendedActions"),
            "Flags": ("flags", "discrepancies", "statedDifferences", "freshness"),
            "Timeline, 30 days": ("timeline",),
        },
    )


_COMPANY = _document(_timeline("account_timeline"))
_PERSON = _document(_timeline("customer_timeline"))
