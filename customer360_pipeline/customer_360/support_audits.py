"""What must hold between tickets, accounts and customers before anything is published."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

TICKETS = "customer_360.tickets"
_COUNTED = "FROM staging.tickets WHERE is_counted AND opened_at <= $as_of"
_UNMAPPED = "FROM staging.tickets WHERE status IS NOT NULL AND status_category IS NULL"

SUPPORT_AUDITS: tuple[Audit, ...] = (
    Audit(
        "accepted_tickets_are_staged",
        "Every accepted ticket is one ticket, and each has one account or is counted as nobody's.",
        "SELECT ABS((SELECT COUNT(*) FROM staging.ticket_rows) - (SELECT COUNT(*) FROM staging.tickets)) "
        "+ ABS((SELECT COUNT(*) FROM staging.tickets) "
        "- (SELECT COUNT(*) FROM profile.item_accounts WHERE kind = 'ticket'))",
        table=TICKETS,
    ),
    Audit(
        "tickets_not_fanned_out",
        "Tickets of all accounts and of nobody are those opened up to as_of, merged and deleted ones left out.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_tickets) AS BIGINT), 0) FROM metrics.account_support) "
        "+ (SELECT COUNT(*) FROM customer_360.tickets WHERE account_id IS NULL) "
        f"- (SELECT COUNT(*) {_COUNTED})) "
        f"+ ABS((SELECT COUNT(*) FROM customer_360.tickets) - (SELECT COUNT(*) {_COUNTED}))",
        table=TICKETS,
    ),
    Audit(
        "customer_tickets_not_fanned_out",
        "Tickets of all customers and of nobody are those opened up to as_of.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_tickets) AS BIGINT), 0) FROM customer_360.customer_360) "
        f"+ (SELECT COUNT(*) {_COUNTED} AND node IS NULL) - (SELECT COUNT(*) {_COUNTED}))",
        table=TICKETS,
    ),
    Audit(
        "ticket_statuses_known",
        "Every status of a ticket has a category (support.statuses); another counts as open.",
        f"SELECT COUNT(*) {_UNMAPPED}",
        blocking=False,
        table=TICKETS,
        found=f"SELECT source || ' ' || status || ' (' || COUNT(*) || ')' {_UNMAPPED} GROUP BY source, status "
        "ORDER BY source, status",
    ),
)
