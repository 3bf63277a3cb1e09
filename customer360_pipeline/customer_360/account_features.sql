-- Which features each account uses and which it could, in the last 30 days. One row per account and feature used; of companies
-- and of whoever has seats also per feature that is theirs and unused.
-- depends: metrics.account_features
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: feature VARCHAR | The feature.
-- column: users_30d BIGINT | Customers who used it; NULL: product events do not tell.
-- column: events_30d BIGINT | Events of it.
-- column: place BIGINT | 1: the most used one.
-- column: is_high_value BOOLEAN | Customers who use it stay, says the catalogue.
-- column: is_available BOOLEAN | It is in what they bought.
-- column: is_unused BOOLEAN | Nobody used it.
-- not_null: account_id, feature, place, is_high_value, is_available
SELECT account_id, feature, users_30d, events_30d, place, is_high_value, is_available, is_unused
FROM metrics.account_features
