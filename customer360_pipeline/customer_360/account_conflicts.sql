-- Where another system says otherwise of an account than our own figures. One row per account, field and source.
-- docs/metrics/success.md
-- depends: metrics.account_conflicts
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: field VARCHAR | arr or renewal_date.
-- column: our_value VARCHAR | What the subscriptions say: an amount in the reporting currency, or a day.
-- column: stated_value VARCHAR | What the source says, likewise.
-- column: source VARCHAR | The source.
-- column: source_account_id VARCHAR | Its id of the company.
-- column: difference DECIMAL(18,2) | Stated less ours: money, or days.
-- column: updated_at TIMESTAMP | Its company last changed, UTC.
SELECT account_id, field, our_value, stated_value, source, source_account_id, difference, updated_at
FROM metrics.account_conflicts
