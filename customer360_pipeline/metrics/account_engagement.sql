-- Calls, e-mails and meetings with each account that reached somebody, and what is planned. One row per account with an
-- activity that was written down by as_of.
-- depends: metrics.account_activities, metrics.account_meetings, metrics.account_replies
-- column: account_id VARCHAR | The account.
-- column: total_contacts BIGINT | Calls, e-mails and meetings of all time.
-- column: first_contact_at TIMESTAMP | Earliest of them, UTC.
-- column: last_contact_at TIMESTAMP | Latest of them, UTC.
-- column: meetings_90d BIGINT | Meetings of the 90 days before as_of.
-- column: meetings_prev_90d BIGINT | Of the 90 days before those.
-- column: last_meeting_at TIMESTAMP | Latest meeting, UTC.
-- column: next_meeting_at TIMESTAMP | The next planned meeting, UTC.
-- column: last_review_at TIMESTAMP | Latest business review, UTC.
-- column: next_review_at TIMESTAMP | The next planned business review, UTC.
-- column: calls_90d BIGINT | Calls of 90 days that reached somebody.
-- column: emails_sent_90d BIGINT | E-mails sent in 90 days and not returned.
-- column: emails_received_90d BIGINT | E-mails received in 90 days.
-- column: meeting_gap_days DECIMAL(9,1) | Median days between meetings of 365 days; NULL with fewer than two.
-- column: meeting_cadence VARCHAR | weekly, monthly, quarterly or rare; NULL without any activity.
-- column: response_ratio DECIMAL(9,4) | Share of the e-mails sent in 90 days that were answered.
-- column: responsiveness VARCHAR | high, medium or low, by the share of e-mails answered; NULL: too few e-mails to say, or replies are not recorded.
-- unique: account_id
-- not_null: account_id, total_contacts, meetings_90d, meetings_prev_90d, calls_90d, emails_sent_90d, emails_received_90d, meeting_cadence
-- assert: meetings_90d + calls_90d + emails_sent_90d + emails_received_90d <= total_contacts | each contact counts once
WITH counted AS (
    SELECT
        account_id,
        CAST(SUM(CASE WHEN is_contact THEN 1 ELSE 0 END) AS BIGINT) AS total_contacts,
        MIN(CASE WHEN is_contact THEN occurred_at END) AS first_contact_at,
        MAX(CASE WHEN is_contact THEN occurred_at END) AS last_contact_at,
        CAST(SUM(CASE WHEN is_contact AND activity_type = 'meeting' AND days_ago < 90 THEN 1 ELSE 0 END) AS BIGINT)
            AS meetings_90d,
        CAST(SUM(CASE WHEN is_contact AND activity_type = 'meeting' AND days_ago BETWEEN 90 AND 179 THEN 1 ELSE 0 END)
            AS BIGINT) AS meetings_prev_90d,
        MAX(CASE WHEN is_contact AND activity_type = 'meeting' THEN occurred_at END) AS last_meeting_at,
        MIN(CASE WHEN is_planned AND activity_type = 'meeting' THEN occurred_at END) AS next_meeting_at,
        MAX(CASE WHEN is_contact AND is_review THEN occurred_at END) AS last_review_at,
        MIN(CASE WHEN is_planned AND is_review THEN occurred_at END) AS next_review_at,
        CAST(SUM(CASE WHEN is_contact AND activity_type = 'call' AND days_ago < 90 THEN 1 ELSE 0 END) AS BIGINT) AS calls_90d,
        CAST(SUM(CASE WHEN is_contact AND activity_type = 'email' AND days_ago < 90
            AND COALESCE(direction, 'outbound') <> 'inbound' THEN 1 ELSE 0 END) AS BIGINT) AS emails_sent_90d,
        CAST(SUM(CASE WHEN is_contact AND activity_type = 'email' AND days_ago < 90 AND direction = 'inbound'
            THEN 1 ELSE 0 END) AS BIGINT) AS emails_received_90d
    FROM metrics.account_activities
    WHERE account_id IS NOT NULL
    GROUP BY account_id
)
SELECT
    c.account_id, c.total_contacts, c.first_contact_at, c.last_contact_at, c.meetings_90d, c.meetings_prev_90d,
    c.last_meeting_at, c.next_meeting_at, c.last_review_at, c.next_review_at, c.calls_90d, c.emails_sent_90d,
    c.emails_received_90d, m.meeting_gap_days, COALESCE(m.meeting_cadence, 'rare') AS meeting_cadence, r.response_ratio,
    r.responsiveness
FROM counted AS c
LEFT JOIN metrics.account_meetings AS m ON m.account_id = c.account_id
LEFT JOIN metrics.account_replies AS r ON r.account_id = c.account_id
