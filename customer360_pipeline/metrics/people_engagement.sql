-- How much each person of an account took part in calls, e-mails and meetings that reached somebody. One row per account and
-- customer with one. A person counts in the account that his record belongs to.
-- depends: metrics.account_activities, staging.activity_people, profile.record_accounts, identity.record_customers
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The person.
-- column: contacts_180d BIGINT | Calls, e-mails and meetings of the 180 days before as_of.
-- column: meetings_365d BIGINT | Meetings of the 365 days before as_of.
-- column: last_contact_at TIMESTAMP | Latest of all, UTC.
-- unique: account_id, customer_id
-- not_null: account_id, customer_id, contacts_180d, meetings_365d, last_contact_at
WITH took_part AS (
    SELECT DISTINCT r.account_id, c.customer_id, a.source, a.activity_id, a.activity_type, a.days_ago, a.occurred_at
    FROM metrics.account_activities AS a
    JOIN staging.activity_people AS p ON p.source = a.source AND p.activity_id = a.activity_id
    JOIN profile.record_accounts AS r ON r.node = p.node
    JOIN identity.record_customers AS c ON c.node = p.node
    WHERE a.is_contact
)
SELECT
    account_id, customer_id,
    CAST(SUM(CASE WHEN days_ago < 180 THEN 1 ELSE 0 END) AS BIGINT) AS contacts_180d,
    CAST(SUM(CASE WHEN activity_type = 'meeting' AND days_ago < 365 THEN 1 ELSE 0 END) AS BIGINT) AS meetings_365d,
    MAX(occurred_at) AS last_contact_at
FROM took_part
GROUP BY account_id, customer_id
