-- When each account was first and last seen doing something: web sessions, marketing events, paid charges, use of the
-- product, logins and help articles of the records that belong to it, and calls, e-mails and meetings with it that reached
-- somebody. One row per account with one.
-- depends: metrics.record_sessions, metrics.record_touches, metrics.account_revenue, metrics.account_engagement, metrics.people_activity, profile.record_accounts
-- column: account_id VARCHAR | The account.
-- column: total_interactions BIGINT | Web sessions, marketing events and charges of its records, days of use, logins, help articles, and calls, e-mails and meetings with it.
-- column: first_interaction_at TIMESTAMP | Earliest, UTC.
-- column: last_interaction_at TIMESTAMP | Latest, UTC.
-- column: last_session_at TIMESTAMP | Latest web session, UTC.
-- unique: account_id
-- not_null: account_id, total_interactions, first_interaction_at, last_interaction_at
-- assert: first_interaction_at <= last_interaction_at | the first cannot follow the last
WITH seen AS (
    SELECT a.account_id, s.sessions AS interactions, s.first_at, s.last_at, s.last_at AS session_at
    FROM metrics.record_sessions AS s
    JOIN profile.record_accounts AS a ON a.node = s.node
    UNION ALL
    SELECT a.account_id, t.touches, t.first_at, t.last_at, NULL
    FROM metrics.record_touches AS t
    JOIN profile.record_accounts AS a ON a.node = t.node
    UNION ALL
    SELECT account_id, total_charges, first_payment_at, last_payment_at, NULL
    FROM metrics.account_revenue
    WHERE total_charges > 0
    UNION ALL
    SELECT account_id, total_contacts, first_contact_at, last_contact_at, NULL
    FROM metrics.account_engagement
    WHERE total_contacts > 0
    UNION ALL
    SELECT account_id, active_days + logins + article_views, first_seen_at, last_seen_at, NULL
    FROM metrics.people_activity
)
SELECT
    account_id,
    CAST(SUM(interactions) AS BIGINT) AS total_interactions,
    MIN(first_at) AS first_interaction_at,
    MAX(last_at) AS last_interaction_at,
    MAX(session_at) AS last_session_at
FROM seen
GROUP BY account_id
