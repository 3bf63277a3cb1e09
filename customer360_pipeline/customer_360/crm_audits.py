"""What must hold between the CRMs' activities, opportunities, documents and their accounts before publishing."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit


def _none_lost(name: str, table: str, what: str, key: str, rows: str, where: str = "") -> Audit:
    """Every row that the boundary accepted and that counts is published once."""
    return Audit(
        name,
        f"Each {what} that the sources hold and that existed at as_of is published, once.",
        f"SELECT COUNT(*) FROM (SELECT source, {key} FROM {rows} WHERE NOT COALESCE(is_deleted, FALSE) {where} "
        f"GROUP BY source, {key} HAVING COALESCE(MIN(created_at) <= $as_of, TRUE)) AS r "
        f"FULL OUTER JOIN {table} AS p ON p.source = r.source AND p.{key} = r.{key} "
        f"WHERE p.{key} IS NULL OR r.{key} IS NULL",
        table=table,
    )


CRM_AUDITS: tuple[Audit, ...] = (
    _none_lost(
        "activities_conserved",
        "customer_360.activities",
        "activity",
        "activity_id",
        "staging.activity_rows",
        "AND NOT COALESCE(is_copy, FALSE) AND NOT COALESCE(is_series, FALSE)",
    ),
    _none_lost(
        "opportunities_conserved",
        "customer_360.opportunities",
        "opportunity",
        "opportunity_id",
        "staging.opportunity_rows",
    ),
    _none_lost(
        "documents_conserved",
        "customer_360.documents",
        "document",
        "document_id",
        "staging.document_rows",
    ),
    Audit(
        "contacts_counted_once",
        "Calls, e-mails and meetings of all accounts and unattributed ones are those that reached somebody.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_contacts) AS BIGINT), 0) FROM metrics.account_engagement) "
        "+ (SELECT COUNT(*) FROM customer_360.activities WHERE is_contact AND account_id IS NULL) "
        "- (SELECT COUNT(*) FROM customer_360.activities WHERE is_contact))",
        table="customer_360.activities",
    ),
    Audit(
        "pipeline_conserved",
        "The open value of all accounts and of unattributed opportunities is that of all that count, to the cent.",
        "SELECT CASE WHEN a.value + u.value = t.value THEN 0 ELSE 1 END "
        "FROM (SELECT COALESCE(SUM(open_value), 0) AS value FROM metrics.account_pipeline) AS a "
        "CROSS JOIN (SELECT COALESCE(SUM(reporting_amount), 0) AS value FROM customer_360.opportunities "
        "WHERE status = 'open' AND NOT is_copy AND account_id IS NULL) AS u "
        "CROSS JOIN (SELECT COALESCE(SUM(reporting_amount), 0) AS value FROM customer_360.opportunities "
        "WHERE status = 'open' AND NOT is_copy) AS t",
        table="customer_360.opportunities",
    ),
    Audit(
        "stage_at_as_of",
        "Every opportunity with a history stands in the last stage that it entered by as_of.",
        "SELECT COUNT(*) FROM (SELECT source, opportunity_id, stage, ROW_NUMBER() OVER ("
        "PARTITION BY source, opportunity_id ORDER BY place DESC) AS place "
        "FROM customer_360.opportunity_stages WHERE entered_at IS NOT NULL) AS s "
        "JOIN customer_360.opportunities AS o ON o.source = s.source AND o.opportunity_id = s.opportunity_id "
        "WHERE s.place = 1 AND s.stage <> o.stage",
        table="customer_360.opportunity_stages",
    ),
)
