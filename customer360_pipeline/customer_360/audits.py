"""What must hold across tables before anything is published: money, people and sessions are conserved.

Conditions on one table stand in its header. Every audit counts what breaks it; 0 is good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.customer_360.account_audits import ACCOUNT_AUDITS
from customer360_pipeline.customer_360.audit import TABLE, Audit
from customer360_pipeline.customer_360.contract import contract_failures
from customer360_pipeline.customer_360.crm_audits import CRM_AUDITS
from customer360_pipeline.customer_360.health_audits import HEALTH_AUDITS
from customer360_pipeline.customer_360.source_audits import SOURCE_AUDITS
from customer360_pipeline.customer_360.success_audits import SUCCESS_AUDITS
from customer360_pipeline.customer_360.support_audits import SUPPORT_AUDITS
from customer360_pipeline.customer_360.usage_audits import USAGE_AUDITS
from customer360_pipeline.customer_360.value_audits import VALUE_AUDITS
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.run_context import RunContext

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import Parameters


def _landed(context: RunContext) -> str:
    """Records the ledger calls accepted that are not in their raw table, or the other way round."""
    counts = [
        f"SELECT {literal(source.source)} AS source, {literal(entity)} AS entity, COUNT(*) AS landed "
        f"FROM raw.{quote(f'{source.source}_{entity}')}"
        for source in context.sources
        for entity in source.entities
    ]
    if not counts:
        return "SELECT 0"
    return (
        "SELECT COALESCE(CAST(SUM(ABS(l.accepted - c.landed)) AS BIGINT), 0) "
        f"FROM ({' UNION ALL '.join(counts)}) AS c "
        "JOIN sources.ledger AS l ON l.source = c.source AND l.entity = c.entity"
    )


_OVER_QUARANTINE_LIMIT = (
    "SELECT source, CAST(SUM(quarantined) AS BIGINT) AS refused, CAST(SUM(physical_records) AS BIGINT) AS records "
    "FROM sources.ledger GROUP BY source HAVING CAST(SUM(quarantined) AS BIGINT) >= $quality_min_quarantined_records "
    "AND CAST(SUM(quarantined) AS BIGINT) > $quality_max_quarantine_ratio * CAST(SUM(physical_records) AS BIGINT)"
)

_ALL_REFUSED = (
    "SELECT source, entity, quarantined FROM sources.ledger "
    "WHERE quarantined > 0 AND accepted = 0 AND deduplicated = 0 AND test_mode = 0 AND suppressed = 0"
)
_OVER_DUPLICATE_LIMIT = (
    "SELECT source, entity, deduplicated, physical_records FROM sources.ledger "
    "WHERE deduplicated >= 10 AND deduplicated > $quality_max_duplicate_ratio * physical_records"
)

_LARGEST = (
    "SELECT 'the largest has ' || MAX(record_count) || ' records' FROM customer_360.customer_360 HAVING COUNT(*) > 0"
)
_LARGE = (
    "SELECT CASE WHEN COUNT(CASE WHEN record_count > $quality_large_customer_records THEN 1 END) "
    "> $quality_{limit}_large_customer_ratio * COUNT(*) "
    "THEN COUNT(CASE WHEN record_count > $quality_large_customer_records THEN 1 END) ELSE 0 END "
    "FROM customer_360.customer_360"
)
_LARGE_FOUND = (
    "SELECT COUNT(CASE WHEN record_count > $quality_large_customer_records THEN 1 END) || ' of ' || COUNT(*) || "
    "' customers' FROM customer_360.customer_360"
)

AUDITS: tuple[Audit, ...] = (
    Audit(
        "ledger_balanced",
        "Every physical record was accepted, quarantined, deduplicated, suppressed or test mode.",
        "SELECT COUNT(*) FROM sources.ledger "
        "WHERE physical_records <> accepted + quarantined + deduplicated + suppressed + test_mode",
        table="customer_360.source_ledger",
    ),
    Audit(
        "ledger_landed",
        "The raw tables hold exactly the records the ledger accepted.",
        _landed,
        table="customer_360.source_ledger",
    ),
    Audit(
        "quarantine_within_limit",
        "No source has more than quality.max_quarantine_ratio of its records refused, a handful "
        "(quality.min_quarantined_records) apart. Mend the lines or raise the limit.",
        f"SELECT COUNT(*) FROM ({_OVER_QUARANTINE_LIMIT})",
        table="customer_360.source_ledger",
        found="SELECT o.source || ' ' || o.refused || ' of ' || o.records || ', first at ' || q.source_file || "
        "' line ' || COALESCE(CAST(q.line AS VARCHAR), '?') || ' (' || q.rule || ')' "
        f"FROM ({_OVER_QUARANTINE_LIMIT}) AS o JOIN (SELECT *, ROW_NUMBER() OVER (PARTITION BY source "
        "ORDER BY source_file, line, rule) AS place FROM sources.quarantine) AS q "
        "ON q.source = o.source AND q.place = 1 ORDER BY o.source",
    ),
    Audit(
        "something_accepted",
        "No entity had every record refused, however few: a whole export in one damaged line is one record. Mend the "
        "file, or leave it out.",
        f"SELECT COUNT(*) FROM ({_ALL_REFUSED})",
        table="customer_360.source_ledger",
        found=f"SELECT source || '.' || entity || ' ' || quarantined || ' refused' FROM ({_ALL_REFUSED}) ORDER BY 1",
    ),
    Audit(
        "duplicates_within_limit",
        "No entity has more than quality.max_duplicate_ratio of its records counted as copies of others. So many mean "
        "that the id column is damaged (a spreadsheet writes long numbers as 7.00E+03): export it again.",
        f"SELECT COUNT(*) FROM ({_OVER_DUPLICATE_LIMIT})",
        table="customer_360.source_ledger",
        found="SELECT source || '.' || entity || ' ' || deduplicated || ' of ' || physical_records "
        f"FROM ({_OVER_DUPLICATE_LIMIT}) ORDER BY 1",
    ),
    Audit(
        "contacts_are_records",
        "Every accepted contact that its source has not deleted, and that is not its staff, is a record.",
        "SELECT COUNT(*) FROM staging.contact_rows AS c LEFT JOIN staging.records AS r "
        "ON r.source = c.source AND r.record_id = c.record_id AND r.entity = c.entity "
        "WHERE r.node IS NULL AND COALESCE(c.is_live, TRUE) AND NOT COALESCE(c.is_staff, FALSE) "
        "AND (c.merged_into IS NOT NULL OR NOT COALESCE(c.is_deleted, FALSE))",
        table="customer_360.customer_identities",
    ),
    Audit(
        "record_has_one_customer",
        "Every record belongs to exactly one customer of customer_360.",
        "SELECT (SELECT COUNT(*) FROM staging.records AS r LEFT JOIN (SELECT node, COUNT(*) AS customers "
        "FROM identity.record_customers GROUP BY node) AS c ON c.node = r.node WHERE COALESCE(c.customers, 0) <> 1) "
        "+ (SELECT COUNT(*) FROM customer_360.customer_identities AS i LEFT JOIN customer_360.customer_360 AS c "
        "ON c.customer_id = i.customer_id WHERE c.customer_id IS NULL) "
        "+ (SELECT ABS((SELECT COUNT(*) FROM staging.records) "
        "- (SELECT COUNT(*) FROM customer_360.customer_identities)))",
        table="customer_360.customer_identities",
    ),
    Audit(
        "one_row_per_customer",
        "customer_360 has each customer that a record belongs to once, and no other.",
        "SELECT (SELECT COUNT(*) - COUNT(DISTINCT customer_id) FROM customer_360.customer_360) "
        "+ ABS((SELECT COUNT(DISTINCT customer_number) FROM identity.record_customers) "
        "- (SELECT COUNT(*) FROM customer_360.customer_360)) "
        "+ (SELECT ABS((SELECT COUNT(*) FROM staging.records) "
        "- (SELECT COALESCE(CAST(SUM(record_count) AS BIGINT), 0) FROM customer_360.customer_360)))",
    ),
    Audit(
        "money_conserved_by_currency",
        "Per currency: customers + unattributed + not yet counted = the ledger of charges, refunds and lost disputes.",
        "SELECT COUNT(*) FROM customer_360.revenue_tie_out WHERE difference <> 0",
        table="customer_360.revenue_tie_out",
    ),
    Audit(
        "money_conserved_in_reporting_currency",
        "The revenue of all customers is what the ledger attributes to them, to the cent.",
        "SELECT CASE WHEN c.revenue = t.revenue THEN 0 ELSE 1 END "
        "FROM (SELECT COALESCE(CAST(SUM(total_revenue) AS DECIMAL(18, 2)), 0) AS revenue "
        "FROM customer_360.customer_360) AS c CROSS JOIN (SELECT COALESCE(CAST(SUM(reporting_customers) "
        "AS DECIMAL(18, 2)), 0) AS revenue FROM customer_360.revenue_tie_out) AS t",
    ),
    Audit(
        "orders_not_fanned_out",
        "Orders of all customers and unattributed orders are the succeeded charges up to as_of.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_orders) AS BIGINT), 0) FROM customer_360.customer_360) "
        "+ (SELECT COUNT(*) FROM staging.charges WHERE is_succeeded AND node IS NULL "
        "AND COALESCE(occurred_at <= $as_of, TRUE)) "
        "- (SELECT COUNT(*) FROM staging.charges WHERE is_succeeded AND COALESCE(occurred_at <= $as_of, TRUE)))",
    ),
    Audit(
        "sessions_not_fanned_out",
        "Sessions and page views of all customers and of unattributed devices are those of the sources.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_sessions) AS BIGINT), 0) FROM customer_360.customer_360) "
        "- (SELECT COUNT(session_id) FROM staging.sessions WHERE node IS NOT NULL AND started_at <= $as_of)) "
        "+ ABS((SELECT COALESCE(CAST(SUM(total_page_views) AS BIGINT), 0) FROM customer_360.customer_360) "
        "- (SELECT COALESCE(CAST(SUM(page_views) AS BIGINT), 0) FROM staging.sessions WHERE node IS NOT NULL "
        "AND started_at <= $as_of))",
    ),
    Audit(
        "touches_not_fanned_out",
        "Marketing events of all customers are those of the sources.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(total_touches) AS BIGINT), 0) FROM customer_360.customer_360) "
        "- (SELECT COUNT(*) FROM staging.touches WHERE node IS NOT NULL AND occurred_at <= $as_of))",
    ),
    Audit(
        "largest_customer_plausible",
        "No customer has more than quality.max_customer_records records. See customer360 audit identity.",
        "SELECT COUNT(*) FROM customer_360.customer_360 WHERE record_count > $quality_max_customer_records",
        found=_LARGEST,
    ),
    Audit(
        "largest_customer_small",
        "No customer has more than quality.warn_customer_records records. See customer360 audit identity.",
        "SELECT COUNT(*) FROM customer_360.customer_360 WHERE record_count > $quality_warn_customer_records",
        blocking=False,
        found=_LARGEST,
    ),
    Audit(
        "large_customers_within_limit",
        "Customers of more than quality.large_customer_records records are at most quality.max_large_customer_ratio.",
        _LARGE.format(limit="max"),
        found=_LARGE_FOUND,
    ),
    Audit(
        "large_customers_few",
        "Customers of more than quality.large_customer_records records are at most quality.warn_large_customer_ratio.",
        _LARGE.format(limit="warn"),
        blocking=False,
        found=_LARGE_FOUND,
    ),
    Audit(
        "review_manageable",
        "Pairs that wait for a person are at most quality.warn_review_ratio of the records.",
        "SELECT CASE WHEN r.pairs > $quality_warn_review_ratio * s.records THEN r.pairs ELSE 0 END "
        "FROM (SELECT COUNT(*) AS pairs FROM identity.review) AS r "
        "CROSS JOIN (SELECT COUNT(*) AS records FROM staging.records) AS s",
        blocking=False,
        table="customer_360.identity_review",
    ),
    Audit(
        "conflicts_within_target",
        "Customers on whom sources disagree are at most quality.max_conflict_ratio of all.",
        "SELECT CASE WHEN COUNT(CASE WHEN conflict_count > 0 THEN 1 END) > $quality_max_conflict_ratio * COUNT(*) "
        "THEN COUNT(CASE WHEN conflict_count > 0 THEN 1 END) ELSE 0 END FROM customer_360.customer_360",
        blocking=False,
        found="SELECT COUNT(CASE WHEN conflict_count > 0 THEN 1 END) || ' of ' || COUNT(*) || ' customers' "
        "FROM customer_360.customer_360",
    ),
    Audit(
        "money_has_rates",
        "Every charge, refund and lost dispute has an exchange rate for its day (metrics.exchange_rates).",
        "SELECT COALESCE(CAST(SUM(unconverted_movements) AS BIGINT), 0) FROM customer_360.revenue_tie_out",
        blocking=False,
        table="customer_360.revenue_tie_out",
        found="SELECT currency || ' ' || unconverted_movements FROM customer_360.revenue_tie_out "
        "WHERE unconverted_movements > 0 ORDER BY currency",
    ),
    *SOURCE_AUDITS,
    *ACCOUNT_AUDITS,
    *SUPPORT_AUDITS,
    *CRM_AUDITS,
    *USAGE_AUDITS,
    *HEALTH_AUDITS,
    *SUCCESS_AUDITS,
    *VALUE_AUDITS,
)


def run_audits(engine: DuckDBEngine, context: RunContext) -> list[CheckResult]:
    """Run every audit and the pandera contract against the tables just built."""
    results = [_result(engine, audit, context) for audit in AUDITS]
    failures = contract_failures(engine, TABLE, context.as_of)
    broken = "; ".join(f"{column}: {rule} ({count})" for (column, rule), count in sorted(failures.items()))
    description = "The 16 columns of the contract have the documented names, order, types and ranges (pandera)."
    results.append(
        CheckResult(TABLE, "contract", f"{description} Broken: {broken}" if broken else description, failures.total())
    )
    return results


def _result(engine: DuckDBEngine, audit: Audit, context: RunContext) -> CheckResult:
    sql = audit.sql if isinstance(audit.sql, str) else audit.sql(context)
    failed = int(engine.scalar(sql, _named(sql, context)))
    description = audit.description
    if failed and audit.found:
        found = "; ".join(text for (text,) in engine.rows(audit.found, _named(audit.found, context)))
        description = f"{description} Found: {found}."
    return CheckResult(audit.table, audit.name, description, failed, audit.blocking)


def _named(sql: str, context: RunContext) -> Parameters:
    return {name: value for name, value in context.sql_parameters().items() if f"${name}" in sql}
