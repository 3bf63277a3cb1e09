-- How readily each account answers e-mail: of those sent to it in the 90 days before as_of the share that an e-mail from it
-- followed in time. An e-mail whose time to answer has not passed counts only once it is answered. A source that holds no
-- incoming e-mail at all cannot tell. One row per account with such an e-mail.
-- depends: metrics.account_activities
-- setting: engagement_reply_days, engagement_min_emails, engagement_high_reply_ratio, engagement_medium_reply_ratio
-- column: account_id VARCHAR | The account.
-- column: counted_emails BIGINT | E-mails that could be answered.
-- column: answered_emails BIGINT | Those that were.
-- column: response_ratio DECIMAL(9,4) | Their share; NULL below the least number that says something.
-- column: responsiveness VARCHAR | high, medium or low; NULL likewise.
-- unique: account_id
-- not_null: account_id, counted_emails, answered_emails
-- assert: answered_emails <= counted_emails | an answered e-mail could be answered
WITH emails AS (
    SELECT
        a.*,
        MAX(CASE WHEN direction = 'inbound' THEN 1 ELSE 0 END) OVER (PARTITION BY source) AS source_hears
    FROM metrics.account_activities AS a
    WHERE activity_type = 'email' AND is_contact
),
followed AS (
    SELECT
        e.*,
        MIN(CASE WHEN direction = 'inbound' THEN occurred_at END) OVER (
            PARTITION BY account_id ORDER BY occurred_at, source, activity_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next_heard_at
    FROM emails AS e
    WHERE account_id IS NOT NULL
),
judged AS (
    SELECT
        account_id, days_ago,
        COALESCE(DATE_DIFF('day', CAST(occurred_at AS DATE), CAST(next_heard_at AS DATE)) <= $engagement_reply_days, FALSE)
            AS is_answered
    FROM followed
    WHERE COALESCE(direction, 'outbound') = 'outbound' AND source_hears = 1 AND days_ago < 90
),
counted AS (
    SELECT
        account_id,
        COUNT(*) AS counted_emails,
        CAST(SUM(CASE WHEN is_answered THEN 1 ELSE 0 END) AS BIGINT) AS answered_emails
    FROM judged
    WHERE is_answered OR days_ago > $engagement_reply_days
    GROUP BY account_id
),
rated AS (
    SELECT
        c.*,
        CASE WHEN counted_emails >= $engagement_min_emails
            THEN CAST(CAST(answered_emails AS DOUBLE) / counted_emails AS DECIMAL(9, 4)) END AS response_ratio
    FROM counted AS c
)
SELECT
    account_id, counted_emails, answered_emails, response_ratio,
    CASE
        WHEN response_ratio >= $engagement_high_reply_ratio THEN 'high'
        WHEN response_ratio >= $engagement_medium_reply_ratio THEN 'medium'
        WHEN response_ratio IS NOT NULL THEN 'low'
    END AS responsiveness
FROM rated
