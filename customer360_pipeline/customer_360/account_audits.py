"""What must hold between accounts, their people and their money before anything is published."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

ACCOUNTS = "customer_360.account_360"

ACCOUNT_AUDITS: tuple[Audit, ...] = (
    Audit(
        "record_has_one_account",
        "Every record belongs to exactly one account of account_360.",
        "SELECT (SELECT COUNT(*) FROM staging.records AS r LEFT JOIN profile.record_accounts AS a ON a.node = r.node "
        "LEFT JOIN customer_360.account_360 AS t ON t.account_id = a.account_id WHERE t.account_id IS NULL) "
        "+ ABS((SELECT COUNT(*) FROM staging.records) - (SELECT COUNT(*) FROM profile.record_accounts))",
        table=ACCOUNTS,
    ),
    Audit(
        "account_money_conserved",
        "What all accounts have paid is the revenue of all customers, to the cent.",
        "SELECT CASE WHEN a.paid = c.paid THEN 0 ELSE 1 END "
        "FROM (SELECT COALESCE(SUM(total_paid), 0) AS paid FROM metrics.account_revenue) AS a "
        "CROSS JOIN (SELECT COALESCE(SUM(total_revenue), 0) AS paid FROM customer_360.customer_360) AS c",
        table=ACCOUNTS,
    ),
    Audit(
        "arr_movements_add_up",
        "Per currency: the movements of all accounts up to as_of add up to what the subscriptions are worth then.",
        "SELECT COUNT(*) FROM (SELECT currency, SUM(arr) AS arr, SUM(mrr) AS mrr FROM ("
        "SELECT currency, arr, mrr FROM metrics.arr_terms WHERE valid_to IS NULL "
        "UNION ALL SELECT currency, -arr_change, -mrr_change FROM metrics.arr_movements) AS b "
        "GROUP BY currency) AS s WHERE arr <> 0 OR mrr <> 0",
        table="customer_360.arr_movements",
    ),
    Audit(
        "invoices_not_fanned_out",
        "Invoices of all accounts and unattributed ones are those of the sources, void ones and later ones left out.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_invoices) AS BIGINT), 0) FROM metrics.account_billing) "
        "+ (SELECT COUNT(*) FROM staging.invoices WHERE node IS NULL AND status <> 'void' AND issued_at <= $as_of) "
        "- (SELECT COUNT(*) FROM staging.invoices WHERE status <> 'void' AND issued_at <= $as_of))",
        table="customer_360.invoices",
    ),
)
