-- What each account's tickets of the last 90 days were about. One row per account and topic; tickets without one are left
-- out.
-- depends: metrics.tickets_as_of
-- column: account_id VARCHAR | The account.
-- column: category VARCHAR | The topic.
-- column: tickets_90d BIGINT | Tickets about it opened in the 90 days up to as_of.
-- column: place BIGINT | 1: the most frequent; of equals the first by name.
-- unique: account_id, category
-- unique: account_id, place
-- not_null: account_id, category, tickets_90d, place
SELECT
    account_id,
    topic AS category,
    COUNT(*) AS tickets_90d,
    ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY COUNT(*) DESC, topic) AS place
FROM metrics.tickets_as_of
WHERE account_id IS NOT NULL AND topic IS NOT NULL AND opened_days < 90
GROUP BY account_id, topic
