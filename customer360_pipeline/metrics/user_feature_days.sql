-- What each customer did in the product for each account on each day. One row per account, customer, feature and UTC day.
-- The account is the one that the event's group means, else the one of the user's record.
-- depends: staging.usage_days, identity.record_customers, profile.record_accounts, profile.company_references
-- column: account_id VARCHAR | The account.
-- column: customer_number INTEGER | The customer.
-- column: feature VARCHAR | The feature; NULL: events in no feature of the catalogue.
-- column: day DATE | The day, UTC.
-- column: events BIGINT | Events.
-- column: first_at TIMESTAMP | The first of them, UTC.
-- column: last_at TIMESTAMP | The last of them, UTC.
-- unique: account_id, customer_number, feature, day
-- not_null: account_id, customer_number, day, events, first_at, last_at
SELECT
    COALESCE(g.account_id, a.account_id) AS account_id,
    c.customer_number,
    u.feature,
    u.day,
    CAST(SUM(u.events) AS BIGINT) AS events,
    MIN(u.first_at) AS first_at,
    MAX(u.last_at) AS last_at
FROM staging.usage_days AS u
JOIN identity.record_customers AS c ON c.node = u.node
JOIN profile.record_accounts AS a ON a.node = u.node
LEFT JOIN profile.company_references AS g ON g.kind = 'group' AND g.source = u.source AND g.reference_id = u.group_id
GROUP BY COALESCE(g.account_id, a.account_id), c.customer_number, u.feature, u.day
