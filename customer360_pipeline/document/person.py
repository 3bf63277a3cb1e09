"""The document of a person: the eight sections of a customer context view.

What is shown of accounts is their name and how the person belongs to them, never their figures: who may see a person
need not see the company, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping

from customer360_pipeline.document.account import FRESHNESS, TIMELINE_FIGURES
from customer360_pipeline.document.parts import Document, Figure, Part, Row, Rows, derived, inferred, observed

ME = "customer_id = $id"
_TICKETS, _MONEY = ("tickets", ME), ("customer_timeline", f"{ME} AND event_type IN ('charge', 'refund', 'dispute')")

_EVENTS, _SESSIONS = ("customer_timeline", ME), ("customer_timeline", f"{ME} AND event_type = 'session'")


def _customer(*figures: Mapping[str, Figure], parts: Mapping[str, Part] | None = None) -> Row:
    """An object of columns of the one row of customer_360."""
    return Row(
        "customer_360", ME, {name: figure for some in figures for name, figure in some.items()}, parts=parts or {}
    )


_CONTACT = _customer(
    observed("email", "phone", "company", "language", firstName="first_name", lastName="last_name"),
    observed("street", "city", "region", "country", jobTitle="job_title", postalCode="postal_code"),
    observed(userId="user_id", communicationPreference="marketing_status", rows=("attribute_values", ME)),
)
_ACCOUNTS = Rows(
    "account_people",
    ME,
    derived("basis", "records", accountId="account_id", isOneOfSeveral="is_related"),
    "account_id",
    20,
)
_MONEY_PART = _customer(
    derived(totalRevenue="total_revenue", grossRevenue="gross_revenue", refunds="total_refunds", rows=_MONEY),
    derived(orders="total_orders", averageOrder="avg_order_value", openDisputes="open_disputes", rows=_MONEY),
    derived(firstOrder="first_order_at", lastOrder="last_order_at", rows=_MONEY),
    derived(amountsWithoutRate="unconverted_movements", rows=_MONEY),
    inferred(lifetimeValue="ltv"),
    parts={
        "subscriptions": Rows(
            "subscriptions",
            ME,
            observed("currency", "source", subscriptionId="subscription_id", startedAt="started_at")
            | observed(endsAt="ends_at")
            | derived("status", "arr"),
            "arr DESC, source, subscription_id",
            25,
        ),
        "invoices": Rows(
            "invoices",
            ME,
            observed("status", "currency", number="invoice_number", amountDue="amount_due", dueAt="due_at")
            | observed(issuedAt="issued_at", paidAt="paid_at"),
            "issued_at DESC, source, invoice_id",
            12,
        ),
    },
)
_SUPPORT = _customer(
    derived(totalTickets="total_tickets", openTickets="open_tickets", csatScore="csat_score", rows=_TICKETS),
    derived(lastTicket="last_ticket_at", rows=_TICKETS),
    parts={
        "recentTickets": Rows(
            "tickets",
            ME,
            observed("source", "severity", "status", ticketId="ticket_id", issue="title", openedAt="opened_at")
            | observed(resolvedAt="resolved_at"),
            "opened_at DESC, source, ticket_id",
            5,
        )
    },
)
_USAGE = _customer(
    derived(sessions="total_sessions", pageViews="total_page_views", lastSession="last_session_at", rows=_SESSIONS),
    derived(isActive="is_active", lastInteraction="last_interaction_date", rows=_EVENTS),
    derived(lifetimeDays="customer_lifetime_days", rows=_EVENTS),
)
_HEALTH = _customer(derived(score="health_score"), inferred(exitState="exit_state"))
_FLAGS = _customer(
    derived(conflicts="conflict_count", hasPayments="has_payments", hasCrm="has_crm", hasSupport="has_support"),
)
_TIMELINE = Rows(
    "customer_timeline",
    f"{ME} AND occurred_at > $as_of - INTERVAL 30 DAY",
    TIMELINE_FIGURES,
    "occurred_at DESC, source, event_type, event_id",
    100,
)
_DISCREPANCIES = Rows(
    "data_conflicts",
    ME,
    observed("field", winner="winner_value", winnerSource="winner_source", others="other_values")
    | derived("severity", kindOfConflict="kind", since="since_at"),
    "field",
    50,
)

PERSON = Document(
    "Person profile",
    "What the sources say of one person and what follows from it. docs/profile.md describes each part.",
    _customer(
        derived(customerId="customer_id", dataCompleteness="data_completeness", customerSince="created_at"),
        parts={
            "contactInformation": _CONTACT,
            "accounts": _ACCOUNTS,
            "commercialSummary": _MONEY_PART,
            "supportSummary": _SUPPORT,
            "usageSummary": _USAGE,
            "healthSummary": _HEALTH,
            "flags": _FLAGS,
            "timeline": _TIMELINE,
            "discrepancies": _DISCREPANCIES,
            "freshness": FRESHNESS,
        },
    ),
    {
        "Contact information": ("contactInformation",),
        "Accounts": ("accounts",),
        "Subscription and billing": ("commercialSummary",),
        "Support": ("supportSummary",),
        "Product usage": ("usageSummary",),
        "Health": ("healthSummary",),
        "Flags": ("flags", "discrepancies", "freshness"),
        "Timeline, 30 days": ("timeline",),
    },
)
