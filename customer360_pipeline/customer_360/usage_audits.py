"""What must hold between product events, logins, seats and the accounts they belong to before anything is published."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

_KNOWN_USE = "SELECT COALESCE(CAST(SUM(events) AS BIGINT), 0) FROM staging.usage_days WHERE node IS NOT NULL{0}"
_OF_ACCOUNTS = "SELECT COALESCE(CAST(SUM(events) AS BIGINT), 0) FROM customer_360.{0}"
_REFERRED = "SELECT COUNT(*) FROM profile.company_references WHERE kind = 'entitlement'"

USAGE_AUDITS: tuple[Audit, ...] = (
    Audit(
        "product_events_conserved",
        "Product events up to as_of that the catalogue does not call no use are those of known and of unknown users.",
        "SELECT ABS((SELECT COUNT(*) FROM staging.product_event_rows AS e LEFT JOIN staging.features AS f "
        "ON f.event_key = LOWER(TRIM(e.event_name)) "
        "WHERE COALESCE(e.event_type, 'track') IN ('track', 'page', 'screen') AND e.occurred_at <= $as_of "
        "AND (f.event_key IS NULL OR f.feature IS NOT NULL)) "
        "- (SELECT COALESCE(CAST(SUM(events) AS BIGINT), 0) FROM staging.usage_days))",
        table="customer_360.usage_days",
    ),
    Audit(
        "usage_not_fanned_out",
        "Product events of all accounts are those that name a user.",
        f"SELECT ABS(({_OF_ACCOUNTS.format('usage_days')}) - ({_KNOWN_USE.format('')}))",
        table="customer_360.usage_days",
    ),
    Audit(
        "feature_usage_not_fanned_out",
        "Product events of all accounts in features are those that name a user and mean a feature.",
        f"SELECT ABS(({_OF_ACCOUNTS.format('feature_usage')}) - ({_KNOWN_USE.format(' AND feature IS NOT NULL')}))",
        table="customer_360.feature_usage",
    ),
    Audit(
        "logins_not_fanned_out",
        "Logins and acts in the knowledge base of all people are those that name a record.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(logins) AS BIGINT), 0) FROM metrics.people_activity) "
        "- (SELECT COUNT(*) FROM staging.logins WHERE is_login AND node IS NOT NULL AND occurred_at <= $as_of)) "
        "+ ABS((SELECT COALESCE(CAST(SUM(article_views) AS BIGINT), 0) FROM metrics.people_activity) "
        "- (SELECT COUNT(*) FROM staging.article_views WHERE node IS NOT NULL AND occurred_at <= $as_of))",
        table="customer_360.account_360",
    ),
    Audit(
        "entitlements_have_account",
        "Every line of seats means an account. Write its CRM id or web domain into the sheet.",
        f"{_REFERRED} AND account_id IS NULL",
        blocking=False,
        table="customer_360.entitlements",
        found=f"SELECT ({_REFERRED} AND account_id IS NULL) || ' of ' || ({_REFERRED}) || ' lines'",
    ),
)
