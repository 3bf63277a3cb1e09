-- Whom each record belongs to: its customer and its account, for figures that both are given by the same rule. One row per
-- record and unit.
-- depends: identity.record_customers, profile.record_accounts
-- materialized: view
-- column: unit VARCHAR | customer or account.
-- column: unit_id VARCHAR | customer_id or account_id.
-- column: node INTEGER | The record.
-- unique: unit, node
-- not_null: unit, unit_id, node
SELECT 'customer' AS unit, customer_id AS unit_id, node FROM identity.record_customers
UNION ALL
SELECT 'account', account_id, node FROM profile.record_accounts
