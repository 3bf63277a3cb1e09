-- What the tickets of each account are about, last 90 days. One row per account and topic.
-- depends: metrics.account_support_topics
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: category VARCHAR | What they are about.
-- column: tickets_90d BIGINT | Tickets opened.
-- column: place BIGINT | 1: the most frequent one.
-- not_null: account_id, category, tickets_90d, place
SELECT account_id, category, tickets_90d, place
FROM metrics.account_support_topics
